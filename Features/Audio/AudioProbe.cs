// What a sound file holds, without decoding it where its header says enough. A WAV file whose few first bytes are in
// good order is not read any further; whatever is not is handed to the decoder, so that a file is called damaged here
// exactly where decoding it fails.

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace NativeCnn.Features.Audio;

/// <summary>Looks at sound files. Holds no state and may be used by several threads.</summary>
public static class AudioProbe
{
    // Writers put a few hundred bytes of tags before the samples, seldom more.
    private const int HeadBytes = 4096;

    private const int ChunkHeaderBytes = 8;

    /// <summary>The facts of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops a decoder that takes long.</param>
    /// <exception cref="AudioFormatException">It cannot be opened or decoded; the message says why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static AudioFacts Read(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (FromHeader(path) is { } facts)
        {
            return facts;
        }

        AudioClip clip = AudioFile.Read(path, cancellation);
        return new AudioFacts(
            clip.Samples.Length, clip.SampleRate, clip.Channels, clip.BitsPerSample, clip.Encoding, ContainerOf(path))
        {
            Remark = clip.Remark,
        };
    }

    private static string ContainerOf(string path)
    {
        string extension = Path.GetExtension(path).TrimStart('.').ToUpperInvariant();
        return extension.Length == 0 ? "unnamed" : extension;
    }

    // Null where the decoder must look: other formats and codecs, odd lengths, floats that might not be finite.
    private static AudioFacts? FromHeader(string path)
    {
        try
        {
            Span<byte> head = stackalloc byte[HeadBytes];
            using SafeFileHandle handle = RegularFile.Open(path);
            long length = RandomAccess.GetLength(handle);
            head = head[..RandomAccess.Read(handle, head, 0)];
            return FromHeader(head, length, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException
                                          or ArgumentException or AudioFormatException)
        {
            return null;
        }
    }

    private static AudioFacts? FromHeader(Span<byte> head, long length, string path)
    {
        if (!WavHeader.IsWav(head) || !head.StartsWith("RIFF"u8) || length > int.MaxValue)
        {
            return null;
        }

        int position = 12;
        while (position <= head.Length - ChunkHeaderBytes)
        {
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[(position + 4)..]);
            int body = position + ChunkHeaderBytes;
            if (head[position..].StartsWith("data"u8))
            {
                return size == 0 || size > length - body ? null : Facts(head[..body], size, path);
            }

            // An odd chunk may lack its pad byte; where the next name is not a known one, the decoder looks closer.
            long next = body + size + (size & 1);
            if (next > head.Length || ((size & 1) != 0 && !WavHeader.IsKnownChunk(head[(int)next..])))
            {
                return null;
            }

            position = (int)next;
        }

        return null;
    }

    // The header is read as that of a file without samples: it ends where they would begin.
    private static AudioFacts? Facts(Span<byte> header, uint dataBytes, string path)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header[^4..], 0);
        WavHeader format = WavHeader.Parse(header, path);
        return format.Encoding is AudioEncoding.IeeeFloat or AudioEncoding.Compressed || format.Remark is not null
            || dataBytes < format.FrameBytes
            ? null
            : new AudioFacts(
                dataBytes / format.FrameBytes, format.SampleRate, format.Channels, format.BitsPerSample,
                format.Encoding, "WAV");
    }
}
