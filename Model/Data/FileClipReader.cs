// Sound files as clips: decoded, cut to the segment that a list names, and known by their bytes. What a cursor hashed on
// its way is remembered, so that nobody has to read a file again to know its content.

using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>Decodes the file that an entry names.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="strict">Refuses files that are cut short, which are else read as far as they go.</param>
public sealed class FileClipReader(bool strict = false) : IClipReader
{
    // Clips that take long to decode, and were decoded to look at them, are kept: so many samples of them, 128 MiB.
    private const long MostSamplesPutBack = 1 << 25;

    // A file that was changed a moment ago may be changed again without its time telling.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, AudioClip> putBack = new();
    private readonly ConcurrentDictionary<IAudioDecoder, string> versions = new();
    private readonly ConcurrentDictionary<string, FileContent> contents = new();
    private readonly ConcurrentDictionary<(string Path, ClipSegment? Segment), UInt128> knownHashes = new();

    // The file of which this thread cut a segment last: the next segment is often of the same one.
    private readonly ConcurrentDictionary<int, (string Path, AudioClip Clip)> lastCut = new();
    private long samplesPutBack;

    /// <inheritdoc/>
    public bool IdentifiesClips => true;

    /// <inheritdoc/>
    /// <exception cref="DataSetException">The entry's segment is not inside its file.</exception>
    public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Segment is { } segment
            ? Cut(entry, segment, cancellation)
            : TakeBack(entry) ?? Checked(AudioFile.Read(entry.Path, cancellation), entry);
    }

    /// <inheritdoc/>
    public IClipCursor Cursor() => new FileCursor(this);

    /// <inheritdoc/>
    public UInt128? ContentKey(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ContentOf(entry.Path) is { } content ? KeyOf(content, entry.Segment) : null;
    }

    /// <inheritdoc/>
    public UInt128? ContentHash(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (knownHashes.TryGetValue((entry.Path, entry.Segment), out UInt128 known))
        {
            return known;
        }

        return ContentOf(entry.Path) is not { } content ? null
            : entry.Segment is null ? content.Hash
            : Data.ContentHash.With(content.Hash, Describe(entry.Segment));
    }

    /// <inheritdoc/>
    public void Know(ClipEntry entry, UInt128 content)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (content != 0)
        {
            knownHashes[(entry.Path, entry.Segment)] = content;
        }
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
            hash.Append(MemoryMarshal.AsBytes(Describe(entry.Segment).AsSpan()));
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
        if (entry.Segment is null
            && clip.Encoding == AudioEncoding.Compressed
            && Interlocked.Read(ref samplesPutBack) + clip.Samples.LongLength <= MostSamplesPutBack
            && putBack.TryAdd(entry.Path, clip))
        {
            Interlocked.Add(ref samplesPutBack, clip.Samples.LongLength);
        }
    }

    /// <summary>A clip that was put back, once; null where there is none.</summary>
    internal AudioClip? TakeBack(ClipEntry entry)
    {
        if (entry.Segment is not null || putBack.IsEmpty || !putBack.TryRemove(entry.Path, out AudioClip? clip))
        {
            return null;
        }

        Interlocked.Add(ref samplesPutBack, -clip.Samples.LongLength);
        return clip;
    }

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

    /// <summary>Remembers the content of a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="decoder">What decodes it; null for nothing.</param>
    /// <returns>What <see cref="ContentKey"/> gives for it.</returns>
    internal UInt128? Remember(string path, ReadOnlySpan<byte> bytes, IAudioDecoder? decoder)
    {
        FileContent content = new(Data.ContentHash.Of(bytes), VersionOf(decoder));
        contents[path] = content;
        return KeyOf(content, segment: null);
    }

    private static UInt128? KeyOf(FileContent content, ClipSegment? segment) => content.Decoder is null
        ? null
        : Data.ContentHash.With(content.Hash, $"{content.Decoder}\n{Describe(segment)}");

    private static string Describe(ClipSegment? segment) => segment is not { } part ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{part.Start:R} to {part.End:R} s");

    private AudioClip Cut(ClipEntry entry, ClipSegment segment, CancellationToken cancellation)
    {
        string path = entry.Path;
        int thread = Environment.CurrentManagedThreadId;
        if (!lastCut.TryGetValue(thread, out (string Path, AudioClip Clip) last) || last.Path != path)
        {
            lastCut.TryRemove(thread, out _);
            lastCut[thread] = last = (path, Checked(AudioFile.Read(path, cancellation), entry));
        }

        AudioClip whole = last.Clip;
        if (!segment.FitsIn(whole.Seconds))
        {
            throw segment.Outside(path, whole.Seconds);
        }

        (int first, int end) = segment.SamplesOf(whole.SampleRate, whole.Samples.Length);
        return end > first
            ? whole with { Samples = whole.Samples[first..end] }
            : throw segment.Outside(path, whole.Seconds);
    }

    private FileContent? ContentOf(string path)
    {
        if (contents.TryGetValue(path, out FileContent known))
        {
            return known;
        }

        string? decoder = null;
        UInt128? hash = Data.ContentHash.TryOf(path, header => decoder = VersionOf(AudioFile.DecoderOf(header, path)));
        return hash is { } found ? contents[path] = new FileContent(found, decoder) : null;
    }

    private string? VersionOf(IAudioDecoder? decoder) => decoder is null ? null
        : versions.GetOrAdd(decoder, one => $"{one.GetType().Name} {one.Version}{(strict ? " strict" : "")}");

    /// <summary>What is known of a file's bytes.</summary>
    /// <param name="Hash">Their hash.</param>
    /// <param name="Decoder">What decodes them, and its version; null for nothing.</param>
    private readonly record struct FileContent(UInt128 Hash, string? Decoder);
}
