// Sound files of other formats for the tests, made by ffmpeg from synthesised sound when they are needed.

using System.Diagnostics;
using NativeCnn.Features.Audio;

namespace NativeCnn.Tests.Support;

/// <summary>The ffmpeg of this machine, as a writer.</summary>
internal static class Ffmpeg
{
    /// <summary>Skips a test where there is no ffmpeg; CI installs one, and counts what is skipped.</summary>
    public static void Required() => Skip.IfNot(new FfmpegDecoder().IsInstalled, "no ffmpeg on the PATH");

    /// <summary>Decodes a file with a decoder that ffmpeg would not take by itself, to float32 WAV.</summary>
    public static void Convert(string path, string wav, string decoder)
    {
        using Process process = Process.Start(
            "ffmpeg", ["-v", "error", "-y", "-c:a", decoder, "-i", "file:" + path, "-c:a", "pcm_f32le", "file:" + wav]);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ffmpeg cannot decode {path} with {decoder}");
    }

    /// <summary>Writes interleaved samples as whatever the encoder's arguments make of them.</summary>
    public static void Write(string path, float[] samples, int sampleRate, int channels, params string[] encoder)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardInput = true };
        string[] arguments =
        [
            "-v", "error", "-y", "-f", "f32le", "-ar", $"{sampleRate}", "-ac", $"{channels}", "-i", "pipe:0",
            .. encoder, "file:" + path,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        using (Stream input = process.StandardInput.BaseStream)
        {
            input.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(samples));
        }

        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ffmpeg cannot write {path} with {string.Join(' ', encoder)}");
    }
}
