// A data set of any size in the layout of Speech Commands, made for measuring: 35 class folders of WAV files of 16 bits,
// names {speaker}_nohash_{number}.wav, and the two lists that name the clips not to train on.
using System.Globalization;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;

namespace NativeCnn.Benchmarks;

/// <summary>Writes synthesised clips; the same arguments write the same bytes.</summary>
internal static class ClipFolder
{
    private const int Classes = 35;
    private const int ClipsOfSpeaker = 40;
    private const int Tenth = 10;

    /// <summary>Writes the clips that are not there yet.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="count">Clips of all classes together.</param>
    /// <param name="seconds">Length of a clip.</param>
    /// <param name="sampleRate">In hertz.</param>
    public static void Write(string folder, int count, double seconds, int sampleRate)
    {
        for (int label = 0; label < Classes; label++)
        {
            Directory.CreateDirectory(Path.Combine(folder, LabelOf(label)));
        }

        Parallel.For(0, count, clip =>
        {
            string path = Path.Combine(folder, NameOf(clip));
            if (!File.Exists(path))
            {
                float[] samples = SoundSynthesizer.Generate(
                    clip % SoundSynthesizer.Classes.Count, clip, sampleRate, seconds, seed: 0);
                WavWriter.WritePcm16(path, samples, sampleRate);
            }
        });
        WriteList("validation_list.txt", remainder: 0);
        WriteList("testing_list.txt", remainder: 1);

        void WriteList(string name, int remainder) => File.WriteAllLines(
            Path.Combine(folder, name),
            Enumerable.Range(0, count).Where(clip => SpeakerOf(clip) % Tenth == remainder).Select(NameOf));
    }

    private static int SpeakerOf(int clip) => clip / (Classes * ClipsOfSpeaker);

    private static string LabelOf(int label) => string.Create(CultureInfo.InvariantCulture, $"word{label:00}");

    private static string NameOf(int clip) => string.Create(
        CultureInfo.InvariantCulture,
        $"{LabelOf(clip % Classes)}/{SpeakerOf(clip):x8}_nohash_{clip / Classes % ClipsOfSpeaker}.wav");
}
