// Many sound files one after another: the bytes of each are read once, in one call where the file is small, into a
// buffer that serves them all; whoever wants to hash them does so where they lie.

using Microsoft.Win32.SafeHandles;

namespace NativeCnn.Features.Audio;

/// <summary>Reads sound files in turn. For one thread.</summary>
public sealed class SoundFileReader
{
    // A larger file gets memory of its own, which goes with it.
    private const int BufferBytes = 1 << 18;

    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private byte[] bytes = [];
    private int length;
    private string path = "";

    /// <summary>Every byte of the file; none where its decoder opens files by itself.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    /// <summary>The decoder of the file; null where there is none.</summary>
    public IAudioDecoder? Decoder { get; private set; }

    /// <summary>Whether the file is in <see cref="Bytes"/>.</summary>
    public bool IsInMemory { get; private set; }

    /// <summary>Goes to a file, and reads it unless its decoder opens files by itself.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="AudioFormatException">It cannot be opened or read.</exception>
    public void Open(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        path = file;
        (bytes, length, Decoder, IsInMemory) = (buffer, 0, null, false);
        try
        {
            using SafeFileHandle handle = RegularFile.Open(file);
            long size = RandomAccess.GetLength(handle);
            if (size is 0 or > int.MaxValue)
            {
                return; // A pipe, a file of /proc, or more than is decoded at a time: AudioFile knows what to do.
            }

            length = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(size, buffer.Length)), 0);
            Decoder = AudioFile.DecoderOfFile(Bytes, file);
            if (Decoder is { OpensFiles: true })
            {
                length = 0;
                return;
            }

            ReadRest(handle, (int)size);
            IsInMemory = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException
                                          or ArgumentException)
        {
            throw AudioFile.Unreadable(file, error);
        }
    }

    /// <summary>
    /// Decodes the beginning of the file straight into a row, and silence behind its end, where it has the row's
    /// sample rate and the decoder can.
    /// </summary>
    /// <param name="sampleRate">The row's, in hertz.</param>
    /// <param name="row">[samples]; assigned unless this returns 0.</param>
    /// <returns>Samples of the whole file; 0 where it takes <see cref="Decode"/>.</returns>
    /// <exception cref="AudioFormatException">It cannot be decoded; the message says why.</exception>
    public int TryDecodeInto(int sampleRate, Span<float> row) =>
        IsInMemory && Decoder is WavDecoder ? WavDecoder.TryDecodeInto(Bytes, path, sampleRate, row) : 0;

    /// <summary>Decodes the whole file.</summary>
    /// <param name="cancellation">Stops a decoder that takes long.</param>
    /// <exception cref="AudioFormatException">It cannot be decoded; the message says why.</exception>
    public AudioClip Decode(CancellationToken cancellation = default) => IsInMemory
        ? AudioFile.Decode(Bytes, path, cancellation)
        : AudioFile.Read(path, cancellation);

    private void ReadRest(SafeFileHandle handle, int size)
    {
        if (size > buffer.Length)
        {
            bytes = GC.AllocateUninitializedArray<byte>(size);
            buffer.AsSpan(0, length).CopyTo(bytes);
        }

        while (length < size)
        {
            int read = RandomAccess.Read(handle, bytes.AsSpan(length, size - length), length);
            if (read == 0)
            {
                return; // It became shorter meanwhile.
            }

            length += read;
        }
    }
}
