using System.Collections.Concurrent;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>Decodes the file that an entry names.</summary>
/// <param name="strict">Refuses files that are cut short, which are else read as far as they go.</param>
public sealed class FileClipReader(bool strict = false) : IClipReader
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

        clip = AudioFile.Read(entry.Path, cancellation);
        if (strict)
        {
            AudioRemark.RefuseCutShort(clip.Remark, entry.Path);
        }

        return clip;
    }

    /// <inheritdoc/>
    public UInt128? ContentKey(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ContentHash.TryOf(
            entry.Path,
            header => AudioFile.DecoderOf(header, entry.Path) is { } decoder
                ? versions.GetOrAdd(decoder, one => $"{one.GetType().Name} {one.Version}{(strict ? " strict" : "")}")
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
