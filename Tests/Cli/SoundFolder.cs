using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Cli;

/// <summary>A temporary folder of WAV files of the built-in classes.</summary>
internal sealed class SoundFolder : IDisposable
{
    public const int SampleRate = 8000;
    public const double Seconds = 0.25;

    private readonly TemporaryFolder folder = new();

    public string Path => folder.Path;

    public string this[string name] => folder[name];

    /// <summary>A folder of class folders.</summary>
    public static SoundFolder OfClasses(int classes, int clips)
    {
        var sounds = new SoundFolder();
        for (int label = 0; label < classes; label++)
        {
            for (int clip = 0; clip < clips; clip++)
            {
                sounds.Write($"{SoundSynthesizer.Classes[label]}/{clip}.wav", label, clip);
            }
        }

        return sounds;
    }

    /// <summary>Files named <c>{label}_{speaker}_{index}.wav</c>.</summary>
    public static SoundFolder OfSpeakers(int classes, string[] speakers, int clips)
    {
        var sounds = new SoundFolder();
        for (int label = 0; label < classes; label++)
        {
            for (int speaker = 0; speaker < speakers.Length; speaker++)
            {
                for (int clip = 0; clip < clips; clip++)
                {
                    string name = $"{SoundSynthesizer.Classes[label]}_{speakers[speaker]}_{clip}.wav";
                    sounds.Write(name, label, (100 * speaker) + clip);
                }
            }
        }

        return sounds;
    }

    public string Write(string name, int label, int example)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        WavWriter.WritePcm16(this[name], SoundSynthesizer.Generate(label, example, SampleRate, Seconds, 5), SampleRate);
        return this[name];
    }

    public string Text(string name, string content = "this is no sound")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        return folder.Text(name, content);
    }

    public void Dispose() => folder.Dispose();
}
