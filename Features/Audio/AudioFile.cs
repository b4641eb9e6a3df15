// From a path to a clip: reads the file once, finds the decoder by the first bytes, explains what is not sound.

using System.Buffers;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using NativeCnn.Features.Audio.Flac;

namespace NativeCnn.Features.Audio;

/// <summary>Opens sound files of every format for which there is a decoder.</summary>
public static class AudioFile
{
    /// <summary>How many first bytes <see cref="IAudioDecoder.CanDecode"/> is shown.</summary>
    public const int HeaderBytes = 64;

    // Small files share one pooled buffer; a large file gets an array of its own size, which the pool would double.
    private const int LargestPooledFile = 1 << 20;

    // Asked too for a file of which nobody knows the first bytes, where its name claims sound of theirs.
    private static readonly FfmpegDecoder Ffmpeg = new();
    private static readonly MpegAudioDecoder Mpeg = new();

    // A decoder that comes earlier is asked first.
    private static readonly IAudioDecoder[] KnownDecoders =
    [
        new FlacDecoder(), Mpeg, new PackedWavDecoder(), new WavDecoder(), new AiffDecoder(), new VorbisDecoder(),
        new OpusDecoder(), new SphereDecoder(), Ffmpeg,
    ];

    /// <summary>Reads a sound file of any known format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops a decoder that takes long.</param>
    /// <returns>Its samples, mixed to one channel.</returns>
    /// <exception cref="AudioFormatException">It cannot be opened or decoded; the message says why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static AudioClip Read(string path, CancellationToken cancellation = default) =>
        Read(path, decoder: null, cancellation);

    /// <summary>Decodes a sound file of any known format from memory.</summary>
    /// <param name="file">Every byte of the file.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="AudioFormatException">The bytes are not sound; the message says why.</exception>
    public static AudioClip Decode(ReadOnlySpan<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Decode(file, name, CancellationToken.None);
    }

    /// <summary>Decodes a sound file from memory, and may be stopped.</summary>
    internal static AudioClip Decode(ReadOnlySpan<byte> file, string name, CancellationToken cancellation) =>
        Checked(DecoderOfFile(file, name)?.Decode(file, name, cancellation) ?? throw NotSound(file, name), name);

    /// <summary>The decoder of a file in memory, or null where there is none.</summary>
    internal static IAudioDecoder? DecoderOfFile(ReadOnlySpan<byte> file, string name)
    {
        // An ID3v2 tag is MPEG audio's, unless FLAC stands behind it.
        ReadOnlySpan<byte> telling = file[Math.Min(file.Length, Id3Tag.LengthOf(file))..];
        telling = telling.StartsWith("fLaC"u8) ? telling : file;
        return DecoderOf(telling[..Math.Min(telling.Length, HeaderBytes)], name);
    }

    /// <summary>The decoder of a file, or null where there is none.</summary>
    /// <param name="header">The first bytes of the file; <see cref="HeaderBytes"/> of them when it has as many.</param>
    /// <param name="name">The file's name: it counts only where the bytes tell nothing.</param>
    public static IAudioDecoder? DecoderOf(ReadOnlySpan<byte> header, string name)
    {
        foreach (IAudioDecoder decoder in KnownDecoders)
        {
            if (decoder.CanDecode(header))
            {
                return decoder;
            }
        }

        // MP3 may begin with other tags or zeros; nothing that looks like a damaged WAV file goes there.
        bool maySound = header.Length >= 16 && !header.StartsWith("RIF"u8) && !IsText(header);
        return !maySound ? null
            : MpegAudioDecoder.ClaimsName(name) ? Mpeg
            : FfmpegDecoder.ClaimsName(name) ? Ffmpeg
            : null;
    }

    internal static AudioClip Read(string path, IAudioDecoder? decoder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[]? pooled = null;
        try
        {
            using SafeFileHandle handle = RegularFile.Open(path);
            decoder ??= DecoderOf(handle, path);
            if (decoder is { OpensFiles: true })
            {
                handle.Dispose();
                return Checked(decoder.Decode(path, cancellation), path);
            }

            ReadOnlySpan<byte> file = ReadBytes(handle, path, ref pooled);
            return decoder is null
                ? Decode(file, path, cancellation)
                : Checked(decoder.Decode(file, path, cancellation), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException
                                          or ArgumentException)
        {
            throw Unreadable(path, error);
        }
        finally
        {
            if (pooled is not null)
            {
                ArrayPool<byte>.Shared.Return(pooled);
            }
        }
    }

    /// <summary>Says why a file could not be opened or read.</summary>
    internal static AudioFormatException Unreadable(string path, Exception error) =>
        error is FileNotFoundException or DirectoryNotFoundException
            ? AudioFormatException.Of(path, "there is no such file", "check the path", error)
            : AudioFormatException.Of(
                path,
                $"it cannot be read ({error.Message.ReplaceLineEndings(" ")})",
                "check that it is a file and may be read",
                error);

    /// <summary>Says what bytes without a decoder look like, and what to do with them.</summary>
    internal static AudioFormatException NotSound(ReadOnlySpan<byte> file, string name)
    {
        const string Remedy = "convert it with `ffmpeg -i IN -c:a pcm_s16le OUT.wav`";
        if (file.IsEmpty)
        {
            return AudioFormatException.Of(name, "the file is empty (0 bytes)", "copy or record it again");
        }

        if (file.Length < 12 && file.StartsWith("RIF"u8))
        {
            return AudioFormatException.Of(
                name,
                $"it is truncated: it ends at byte {file.Length}, within the header",
                "copy the whole file again");
        }

        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("AVI "u8))
        {
            return AudioFormatException.Of(name, "it holds AVI video at byte 0, not WAV", Remedy);
        }

        if (SoundFormats.NameOf(file) is { } format)
        {
            return AudioFormatException.Of(name, $"it holds {format} at byte 0, not WAV", Remedy);
        }

        ReadOnlySpan<byte> start = file[..Math.Min(file.Length, HeaderBytes)];
        return IsText(start)
            ? AudioFormatException.Of(
                name, "it is a text file, not sound", "give a sound file, or take it off the list")
            : AudioFormatException.Of(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it is no WAV file and no other known sound: `RIFF` or a sibling was expected at byte 0, " +
                    $"came {Hex(start)}"),
                Remedy);
    }

    // The one rule for every format: a file without sound is damaged, for nothing can be learnt or told from it.
    private static AudioClip Checked(AudioClip clip, string name) => clip.Samples.Length > 0
        ? clip
        : throw AudioFormatException.Of(
            name,
            "it holds no samples" + (clip.Remark is { } remark ? $" ({remark.Text})" : ""),
            "record or export it again, or take it off the list");

    private static string Hex(ReadOnlySpan<byte> start) => Convert.ToHexString(start[..Math.Min(start.Length, 4)]);

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (byte value in start)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7F)
            {
                return false;
            }
        }

        return true;
    }

    // A pipe has no first bytes to look at before it is read.
    private static IAudioDecoder? DecoderOf(SafeFileHandle handle, string path)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        try
        {
            header = header[..RandomAccess.Read(handle, header, fileOffset: 0)];

            // An ID3v2 tag is MPEG audio's, unless FLAC stands behind it.
            Span<byte> behind = stackalloc byte[HeaderBytes];
            int tag = Id3Tag.LengthOf(header);
            behind = behind[..(tag > 0 ? RandomAccess.Read(handle, behind, tag) : 0)];
            return DecoderOf(behind.StartsWith("fLaC"u8) ? behind : header, path);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> ReadBytes(SafeFileHandle handle, string path, ref byte[]? pooled)
    {
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (!stream.CanSeek || stream.Length == 0)
        {
            // A pipe, or a file of /proc: its length is known only when it has been read.
            using var everything = new MemoryStream();
            stream.CopyTo(everything);
            return everything.GetBuffer().AsSpan(0, (int)everything.Length);
        }

        long length = stream.Length;
        if (length > Array.MaxLength)
        {
            throw AudioFormatException.Of(
                path,
                string.Create(CultureInfo.InvariantCulture, $"it holds {length:N0} bytes, more than 2 GiB"),
                "cut it into clips");
        }

        byte[] buffer = length <= LargestPooledFile
            ? pooled = ArrayPool<byte>.Shared.Rent((int)length)
            : GC.AllocateUninitializedArray<byte>((int)length);
        int read = stream.ReadAtLeast(buffer.AsSpan(0, (int)length), (int)length, throwOnEndOfStream: false);
        return buffer.AsSpan(0, read);
    }
}
