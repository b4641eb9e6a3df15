using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;

namespace NativeCnn.Model.Data;

/// <summary>
/// The data set that needs no files: ten classes of synthesised sounds, made from a seed when they are read.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class BuiltInData : IClipReader
{
    private readonly int sampleRate;
    private readonly double seconds;
    private readonly long seed;
    private readonly Dictionary<string, (int Class, int Example)> clips = [];

    /// <summary>Describes the data set; sounds are made as they are read.</summary>
    /// <param name="sampleRate">Hertz.</param>
    /// <param name="seconds">Length of a clip.</param>
    /// <param name="clipsPerClass">Clips of each class.</param>
    /// <param name="seed">Every seed gives other sounds of the same classes.</param>
    public BuiltInData(int sampleRate, double seconds, int clipsPerClass, long seed)
    {
        this.sampleRate = sampleRate;
        this.seconds = seconds;
        this.seed = seed;
        List<ClipEntry> entries = [];
        for (int label = 0; label < SoundSynthesizer.Classes.Count; label++)
        {
            string name = SoundSynthesizer.Classes[label];
            for (int example = 0; example < clipsPerClass; example++)
            {
                string path = $"{name}/{example:D4}";
                clips.Add(path, (label, example));
                entries.Add(new ClipEntry(path, path, label, name, null, null, ClipColumns.None));
            }
        }

        DataSet = new DataSet("built-in sounds", SoundSynthesizer.Classes, entries);
    }

    /// <summary>The labelled clips.</summary>
    public DataSet DataSet { get; }

    /// <inheritdoc/>
    public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        (int label, int example) = clips[entry.Path];
        float[] samples = SoundSynthesizer.Generate(label, example, sampleRate, seconds, seed);
        return new AudioClip(samples, sampleRate, Channels: 1, BitsPerSample: 32, AudioEncoding.IeeeFloat);
    }
}
