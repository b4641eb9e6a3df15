// Where the samples of a data set's clips come from: files, or the synthesiser of the built-in data.
using System.Collections.Concurrent;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;

namespace NativeCnn.Model.Data;

/// <summary>Gives the samples of a clip. Called from several threads at once.</summary>
public interface IClipReader
{
    /// <summary>Reads one clip.</summary>
    /// <param name="entry">The clip.</param>
    /// <param name="cancellation">Stops a decoder that takes long.</param>
    /// <exception cref="AudioFormatException">It is no sound that can be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    AudioClip Read(ClipEntry entry, CancellationToken cancellation = default);

    /// <summary>
    /// What identifies the samples of a clip, whatever it is called: for caches. Null where nothing is to be kept of it,
    /// or it cannot be read.
    /// </summary>
    /// <param name="entry">The clip.</param>
    UInt128? ContentKey(ClipEntry entry) => null;

    /// <summary>Takes back a clip that was read and will be wanted again.</summary>
    /// <param name="entry">The clip.</param>
    /// <param name="clip">What was read.</param>
    void PutBack(ClipEntry entry, AudioClip clip)
    {
    }
}

/// <summary>Decodes the file that an entry names.</summary>
public sealed class FileClipReader : IClipReader
{
    // Clips that take long to decode, and were decoded to look at them, are kept: so many samples of them, 128 MiB.
    private const long MostSamplesPutBack = 1 << 25;

    private readonly ConcurrentDictionary<string, AudioClip> putBack = new();
    private readonly ConcurrentDictionary<IAudioDecoder, string> versions = new();
    private long samplesPutBack;

    /// <inheritdoc/>
    public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (putBack.TryRemove(entry.Path, out AudioClip? clip))
        {
            Interlocked.Add(ref samplesPutBack, -clip.Samples.LongLength);
            return clip;
        }

        return AudioFile.Read(entry.Path, cancellation);
    }

    /// <inheritdoc/>
    public UInt128? ContentKey(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ContentHash.TryOf(
            entry.Path,
            header => AudioFile.DecoderOf(header, entry.Path) is { } decoder
                ? versions.GetOrAdd(decoder, static one => $"{one.GetType().Name} {one.Version}")
                : null);
    }

    /// <inheritdoc/>
    public void PutBack(ClipEntry entry, AudioClip clip)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.Encoding == AudioEncoding.Compressed
            && Interlocked.Read(ref samplesPutBack) + clip.Samples.LongLength <= MostSamplesPutBack
            && putBack.TryAdd(entry.Path, clip))
        {
            Interlocked.Add(ref samplesPutBack, clip.Samples.LongLength);
        }
    }
}

/// <summary>
/// The data set that needs no files: ten classes of synthesised sounds, made from a seed when they are read.
/// </summary>
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
                entries.Add(new ClipEntry(path, path, label, name, null, null, new Dictionary<string, string>()));
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
