// Sound files as clips: decoded, cut to the segment that a list names, and known by their bytes. A file that is decoded
// is hashed in the same pass, so that nobody has to read it again to know its content.

using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>Decodes the file that an entry names.</summary>
public sealed class FileClipReader : IClipReader
{
    // Clips that take long to decode, and were decoded to look at them, are kept: so many samples of them, 128 MiB.
    private const long MostSamplesPutBack = 1 << 25;

    // Such files are read into memory and hashed on the way; longer ones are hashed when somebody asks.
    private const int MostBytesHashedOnTheWay = 1 << 20;

    private readonly ConcurrentDictionary<string, AudioClip> putBack = new();
    private readonly ConcurrentDictionary<IAudioDecoder, string> versions = new();
    private readonly ConcurrentDictionary<string, FileContent> contents = new();

    // The file of which this thread cut a segment last: the next segment is often of the same one.
    private readonly ConcurrentDictionary<int, (string Path, AudioClip Clip)> lastCut = new();
    private long samplesPutBack;

    /// <inheritdoc/>
    /// <exception cref="DataSetException">The entry's segment is not inside its file.</exception>
    public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Segment is { } segment)
        {
            return Cut(entry.Path, segment, cancellation);
        }

        if (putBack.TryRemove(entry.Path, out AudioClip? clip))
        {
            Interlocked.Add(ref samplesPutBack, -clip.Samples.LongLength);
            return clip;
        }

        return ReadFile(entry.Path, cancellation);
    }

    /// <inheritdoc/>
    public UInt128? ContentKey(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ContentOf(entry.Path) is { Decoder: { } decoder } content
            ? Data.ContentHash.With(content.Hash, $"{decoder}\n{Describe(entry.Segment)}")
            : null;
    }

    /// <inheritdoc/>
    public UInt128? ContentHash(ClipEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ContentOf(entry.Path) is not { } content ? null
            : entry.Segment is null ? content.Hash
            : Data.ContentHash.With(content.Hash, Describe(entry.Segment));
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

    private static string Describe(ClipSegment? segment) => segment is not { } part ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{part.Start:R} to {part.End:R} s");

    private AudioClip Cut(string path, ClipSegment segment, CancellationToken cancellation)
    {
        int thread = Environment.CurrentManagedThreadId;
        if (!lastCut.TryGetValue(thread, out (string Path, AudioClip Clip) last) || last.Path != path)
        {
            lastCut.TryRemove(thread, out _);
            lastCut[thread] = last = (path, ReadFile(path, cancellation));
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

    private AudioClip ReadFile(string path, CancellationToken cancellation)
    {
        byte[]? pooled = null;
        try
        {
            if (ReadSmall(path, ref pooled) is not { Length: > 0 } bytes)
            {
                return AudioFile.Read(path, cancellation);
            }

            ReadOnlySpan<byte> header = bytes.Span[..Math.Min(bytes.Length, AudioFile.HeaderBytes)];
            IAudioDecoder? decoder = AudioFile.DecoderOf(header, path);
            contents[path] = new FileContent(Data.ContentHash.Of(bytes.Span), VersionOf(decoder));
            return decoder is null or { OpensFiles: true }
                ? AudioFile.Read(path, cancellation)
                : AudioFile.Decode(bytes.Span, path);
        }
        finally
        {
            if (pooled is not null)
            {
                ArrayPool<byte>.Shared.Return(pooled);
            }
        }
    }

    // What is no small file, or cannot be read, is left to who says why.
    private static ReadOnlyMemory<byte> ReadSmall(string path, ref byte[]? pooled)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            if (RandomAccess.GetLength(handle) is > 0 and <= MostBytesHashedOnTheWay and var length)
            {
                pooled = ArrayPool<byte>.Shared.Rent((int)length);
                int done = 0;
                for (int read = -1; done < length && read != 0; done += read)
                {
                    read = RandomAccess.Read(handle, pooled.AsSpan(done, (int)length - done), done);
                }

                return pooled.AsMemory(0, done);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
        }

        return default;
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
        : versions.GetOrAdd(decoder, static one => $"{one.GetType().Name} {one.Version}");

    /// <summary>What is known of a file's bytes.</summary>
    /// <param name="Hash">Their hash.</param>
    /// <param name="Decoder">What decodes them, and its version; null for nothing.</param>
    private readonly record struct FileContent(UInt128 Hash, string? Decoder);
}
