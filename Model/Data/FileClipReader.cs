using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>Decodes the file that an entry names.</summary>
/// <param name="strict">Refuses files that are cut short, which are else read as far as they go.</param>
public sealed class FileClipReader(bool strict = false) : IClipReader
{
    // Clips that take long to decode, and were decoded to look at them, are kept: so many samples of them, 128 MiB.
    private const long MostSamplesPutBack = 1 << 25;

    // A file that was changed a moment ago may be changed again without its time telling.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, AudioClip> putBack = new();
    private readonly ConcurrentDictionary<IAudioDecoder, byte[]> versions = new();
    private long samplesPutBack;

    /// <inheritdoc/>
    public bool IdentifiesClips => true;

    /// <inheritdoc/>
    public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return TakeBack(entry) ?? Checked(AudioFile.Read(entry.Path, cancellation), entry);
    }

    /// <inheritdoc/>
    public IClipCursor Cursor() => new FileCursor(this);

    /// <inheritdoc/>
    public UInt128? ContentKey(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ContentHash.TryOf(
            entry.Path,
            header => AudioFile.DecoderOf(header, entry.Path) is { } decoder ? VersionOf(decoder) : null);
    }

    /// <inheritdoc/>
    public UInt128? FileKey(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            var file = new FileInfo(entry.Path);
            if (!file.Exists || DateTime.UtcNow - file.LastWriteTimeUtc < Settled)
            {
                return null;
            }

            ReadOnlySpan<long> facts = [file.Length, file.LastWriteTimeUtc.Ticks, file.CreationTimeUtc.Ticks];
            var hash = new XxHash128();
            hash.Append(MemoryMarshal.AsBytes(file.FullName.AsSpan()));
            hash.Append(MemoryMarshal.AsBytes(facts));
            return hash.GetCurrentHashAsUInt128();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
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

    /// <summary>A clip that was put back, once; null where there is none.</summary>
    internal AudioClip? TakeBack(ClipEntry entry)
    {
        if (putBack.IsEmpty || !putBack.TryRemove(entry.Path, out AudioClip? clip))
        {
            return null;
        }

        Interlocked.Add(ref samplesPutBack, -clip.Samples.LongLength);
        return clip;
    }

    /// <summary>What the samples of a file depend on beside its bytes; part of its key.</summary>
    internal byte[] VersionOf(IAudioDecoder decoder) => versions.GetOrAdd(
        decoder,
        one => Encoding.UTF8.GetBytes($"{one.GetType().Name} {one.Version}{(strict ? " strict" : "")}"));

    /// <summary>A clip as it may be handed over.</summary>
    /// <exception cref="AudioFormatException">It is cut short, and whole ones are wanted.</exception>
    internal AudioClip Checked(AudioClip clip, ClipEntry entry)
    {
        if (strict)
        {
            AudioRemark.RefuseCutShort(clip.Remark, entry.Path);
        }

        return clip;
    }
}
