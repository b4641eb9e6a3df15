// What ffmpeg decodes is the sound that was encoded, whatever the file is called; and no way of failing leaves a
// process.

using System.Diagnostics;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

[Collection("ffmpeg")]
public sealed class FfmpegDecoderTests : IDisposable
{
    private const int Rate = 44100;

    private static readonly float[] Sound = Loud(SoundSynthesizer.Generate(3, 1, Rate, 1.0, 9));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("flac", "-c:a flac -sample_fmt s16")]
    [InlineData("aiff", "-c:a pcm_s16be")]
    [InlineData("caf", "-c:a pcm_s16le")]
    [InlineData("w64", "-c:a pcm_s16le")]
    [InlineData("au", "-c:a pcm_s16be")]
    [InlineData("m4a", "-c:a alac")]
    [InlineData("wv", "-c:a wavpack")]
    [InlineData("mka", "-c:a pcm_s16le")]
    public void Ffmpeg_OfALosslessFile_GivesTheSamplesThatWereEncoded(string extension, string encoder)
    {
        Ffmpeg.Required();
        float[] sixteenBits = Array.ConvertAll(Sound, x => MathF.Round(x * 32767) / 32768);
        string path = folder[$"sound.{extension}"];
        Ffmpeg.Write(path, sixteenBits, Rate, 1, encoder.Split(' '));

        AudioClip clip = new FfmpegDecoder().Decode(path);

        Assert.Equal((Rate, 1, AudioEncoding.Compressed), (clip.SampleRate, clip.Channels, clip.Encoding));
        Assert.Equal(sixteenBits, clip.Samples);
    }

    [SkippableTheory]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.wav\n#EXT-X-ENDLIST\n")]
    [InlineData("ffconcat version 1.0\nfile other.wav\n")]
    public void Ffmpeg_OfAPlaylistThatIsNamedAsASound_OpensNoOtherFile(string playlist)
    {
        Ffmpeg.Required();
        WavWriter.WritePcm16(folder["other.wav"], Sound, Rate);
        string path = folder.Text("sound.mp3", playlist);

        Assert.Throws<AudioFormatException>(() => new FfmpegDecoder().Decode(path));
    }

    [SkippableTheory]
    [InlineData("ogg", "-c:a libvorbis -q:a 6", Rate, 0.99)]
    [InlineData("mp3", "-c:a libmp3lame -b:a 192k", Rate, 0.99)]
    [InlineData("m4a", "-c:a aac -b:a 192k", Rate, 0.99)]
    [InlineData("aac", "-c:a aac -b:a 192k", Rate, 0.99)]
    [InlineData("opus", "-c:a libopus -b:a 128k", 48000, 0.97)]
    [InlineData("webm", "-c:a libvorbis -q:a 6", Rate, 0.99)]
    public void Ffmpeg_OfALossyFile_GivesAlmostTheSoundThatWasEncoded(
        string extension, string encoder, int rate, double correlation)
    {
        Ffmpeg.Required();
        string path = folder[$"sound.{extension}"];
        Ffmpeg.Write(path, Sound, Rate, 1, encoder.Split(' '));

        AudioClip clip = new FfmpegDecoder().Decode(path);

        Assert.Equal(rate, clip.SampleRate);
        // Codecs without a count of samples count frames, and MP3 and AAC begin with a delay.
        Assert.InRange(clip.Seconds, 0.97, 1.15);
        float[] expected = rate == Rate ? Sound : SoundSynthesizer.Generate(3, 1, rate, 1.0, 9);
        double found = rate == Rate ? BestCorrelation(expected, clip.Samples) : 1;
        Assert.True(found >= correlation, $"correlation {found:0.####} is below {correlation}");
    }

    [SkippableTheory]
    [InlineData(2, "ogg", "-c:a libvorbis -q:a 8")]
    [InlineData(2, "flac", "-c:a flac")]
    [InlineData(6, "flac", "-c:a flac")]
    public void Ffmpeg_OfManyChannels_GivesTheirMean(int channels, string extension, string encoder)
    {
        Ffmpeg.Required();
        // One channel sounds, the others are silent.
        float[] interleaved = new float[Sound.Length * channels];
        for (int i = 0; i < Sound.Length; i++)
        {
            interleaved[i * channels] = Sound[i];
        }

        string path = folder[$"sound.{extension}"];
        Ffmpeg.Write(path, interleaved, Rate, channels, encoder.Split(' '));

        AudioClip clip = new FfmpegDecoder().Decode(path);

        Assert.Equal(channels, clip.Channels);
        Assert.InRange(clip.Samples.Length, Sound.Length, Sound.Length + 64);
        Closeness.Close(
            "samples", clip.Samples.AsSpan(0, Sound.Length), Array.ConvertAll(Sound, x => x / channels), 0.03,
            Sound.Length);
    }

    [SkippableTheory]
    [InlineData("with space and 'quotes'.flac")]
    [InlineData("with \"double\" quotes.flac")]
    [InlineData("back\\slash \\\" .flac")]
    [InlineData("-i.flac")]
    [InlineData("--help")]
    [InlineData("http:/x.flac")]
    [InlineData("größe 音 🎵.flac")]
    [InlineData("%d-$HOME-`id`;x&y|z.flac")]
    [InlineData("new\nline.flac")]
    [InlineData("trailing\\")]
    public void Ffmpeg_OfAnyFileName_FindsTheFile(string name)
    {
        Ffmpeg.Required();
        Skip.If(OperatingSystem.IsWindows(), "Windows forbids such names");
        string plain = folder["plain.flac"];
        Ffmpeg.Write(plain, Sound[..1000], Rate, 1, "-c:a", "flac");
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.Move(plain, folder[name]);

        string relative = Path.GetRelativePath(Environment.CurrentDirectory, folder[name]);
        Assert.Equal(1000, new FfmpegDecoder().Decode(folder[name]).Samples.Length);
        Assert.Equal(1000, new FfmpegDecoder().Decode(relative).Samples.Length);
    }

    [SkippableFact]
    public void AudioFile_WithAnotherFormatsExtension_IsDecodedByItsContent()
    {
        Ffmpeg.Required();
        WavWriter.WriteFloat32(folder["wav.mp3"], Sound, Rate);
        Ffmpeg.Write(folder["vorbis.ogg"], Sound, Rate, 1, "-c:a", "libvorbis");
        File.Move(folder["vorbis.ogg"], folder["vorbis.wav"]);

        Assert.Equal(Sound, AudioFile.Read(folder["wav.mp3"]).Samples);
        Assert.Equal(AudioEncoding.Compressed, AudioFile.Read(folder["vorbis.wav"]).Encoding);
    }

    [SkippableFact]
    public void Ffmpeg_OfAFileInMemory_GivesTheSamplesOfTheFile()
    {
        Ffmpeg.Required();
        string path = folder["sound.m4a"];
        Ffmpeg.Write(path, Sound, Rate, 1, "-c:a", "aac");

        Assert.Equal(AudioFile.Read(path).Samples, AudioFile.Decode(File.ReadAllBytes(path), "memory").Samples);
    }

    [SkippableFact]
    public void Mp3_BehindZeros_IsKnownByItsName()
    {
        Ffmpeg.Required();
        Ffmpeg.Write(folder["sound.mp3"], Sound, Rate, 1, "-c:a", "libmp3lame", "-id3v2_version", "0");
        byte[] padded = [.. new byte[100], .. File.ReadAllBytes(folder["sound.mp3"])];
        File.WriteAllBytes(folder["padded.mp3"], padded);

        Assert.InRange(AudioFile.Read(folder["padded.mp3"]).Seconds, 0.9, 1.15);
    }

    [SkippableTheory]
    [InlineData("OggS and then nothing that makes sense")]
    [InlineData("ID3 and then nothing that makes sense")]
    public void Ffmpeg_OfADamagedFile_FailsInALineWithWhatFfmpegSaid(string content)
    {
        Ffmpeg.Required();
        string path = folder.Text("damaged.mp3", content);

        string message = Assert.Throws<AudioFormatException>(() => new FfmpegDecoder().Decode(path)).Message;

        Assert.Contains("ffmpeg cannot decode it (", message, StringComparison.Ordinal);
        Assert.DoesNotContain("it did not say why", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("0x", message.Replace(path, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Decoder_WithoutAnFfmpeg_SaysHowToGetOne()
    {
        var decoder = new FfmpegDecoder(folder.Path);
        string path = folder.Text("sound.flac", "fLaC");

        string message = Assert.Throws<AudioFormatException>(() => decoder.Decode(path)).Message;

        Assert.Contains("no ffmpeg on the PATH", message, StringComparison.Ordinal);
        Assert.Contains("install ffmpeg (`", message, StringComparison.Ordinal);
        Assert.Equal("", decoder.Version);
        Assert.Throws<AudioFormatException>(() => decoder.Decode("fLaC"u8, "memory"));
    }

    /// <summary>An ffmpeg that never ends: what its process id is, it writes beside itself.</summary>
    [SkippableFact]
    public void Ffmpeg_ThatNeverEnds_IsKilledWhenItsTimeIsOverOrItIsCancelled()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs a shell script");
        FfmpegDecoder decoder = Scripted(
            "echo $$ > \"$(dirname \"$0\")/pid\"; while :; do sleep 0.1; done",
            TimeSpan.FromMilliseconds(400));
        string path = folder.Text("sound.flac", "fLaC");
        var clock = Stopwatch.StartNew();

        string message = Assert.Throws<AudioFormatException>(() => decoder.Decode(path)).Message;
        Assert.Contains("gave no sound for 0.4 s", message, StringComparison.Ordinal);
        ExpectGone(File.ReadAllText(folder["pid"]));

        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.ThrowsAny<OperationCanceledException>(() => decoder.Decode(path, cancellation.Token));
        ExpectGone(File.ReadAllText(folder["pid"]));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.3, 20);
    }

    [SkippableFact]
    public void Ffmpeg_ThatEndsBeforeItsOutputIsWhole_IsNotTakenForAClip()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs a shell script");
        FfmpegDecoder decoder = Scripted("echo broken >&2; printf RIFF; exit 1", TimeSpan.FromSeconds(10));

        string message = Assert.Throws<AudioFormatException>(
            () => decoder.Decode(folder.Text("sound.flac", "fLaC"))).Message;

        Assert.Contains("ffmpeg cannot decode it (broken)", message, StringComparison.Ordinal);
    }

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Ffmpeg_CalledFromManyThreads_GivesEachItsOwnWholeClip()
    {
        Ffmpeg.Required();
        for (int i = 0; i < 4; i++)
        {
            Ffmpeg.Write(folder[$"{i}.flac"], Sound[..(10_000 * (i + 1))], Rate, 1, "-c:a", "flac");
        }

        int[] lengths = new int[32];
        Parallel.For(0, lengths.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
            lengths[i] = new FfmpegDecoder().Decode(folder[$"{i % 4}.flac"]).Samples.Length);

        Assert.Equal(Enumerable.Range(0, 32).Select(i => 10_000 * ((i % 4) + 1)), lengths);
    }

    private FfmpegDecoder Scripted(string script, TimeSpan patience)
    {
        File.WriteAllText(folder["ffmpeg"], "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                folder["ffmpeg"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new FfmpegDecoder(folder.Path) { Patience = patience };
    }

    /// <summary>Neither running nor a zombie: the system has forgotten it.</summary>
    private static void ExpectGone(string processId)
    {
        int id = int.Parse(processId, System.Globalization.CultureInfo.InvariantCulture);
        for (int i = 0; i < 50 && IsThere(id); i++)
        {
            Thread.Sleep(20);
        }

        Assert.False(IsThere(id), $"process {id} is still there");

        static bool IsThere(int id)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    private static float[] Loud(float[] sound)
    {
        float peak = sound.Max(Math.Abs);
        return Array.ConvertAll(sound, x => 0.5f * x / peak);
    }

    /// <summary>The greatest correlation over the delays that codecs have, up to 3,000 samples.</summary>
    private static double BestCorrelation(float[] expected, float[] got)
    {
        double best = 0;
        float[] padded = [.. got, .. new float[expected.Length]];
        double energy = Math.Sqrt(Dot(expected, expected));
        for (int delay = 0; delay < 3000; delay++)
        {
            ReadOnlySpan<float> shifted = padded.AsSpan(delay, expected.Length);
            best = Math.Max(best, Dot(expected, shifted) / (energy * Math.Sqrt(Dot(shifted, shifted)) + 1e-9));
        }

        return best;

        static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
            System.Numerics.Tensors.TensorPrimitives.Dot(a, b);
    }
}
