using System.IO.Hashing;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>The cursor of <see cref="FileClipReader"/>: a file's bytes are read once, hashed and decoded.</summary>
internal sealed class FileCursor(FileClipReader reader) : IClipCursor
{
    private readonly SoundFileReader file = new();
    private readonly XxHash128 hash = new();
    private ClipEntry? current;
    private AudioClip? known;

    public UInt128? MoveTo(ClipEntry entry)
    {
        current = entry;
        known = reader.TakeBack(entry);
        if (known is not null)
        {
            return reader.ContentKey(entry);
        }

        file.Open(entry.Path);
        if (!file.IsInMemory)
        {
            return reader.ContentKey(entry);
        }

        ReadOnlySpan<byte> bytes = file.Bytes;
        if (AudioFile.DecoderOf(bytes[..Math.Min(bytes.Length, AudioFile.HeaderBytes)], entry.Path) is not { } decoder)
        {
            return null;
        }

        hash.Reset();
        hash.Append(bytes);
        hash.Append(reader.VersionOf(decoder));
        return hash.GetCurrentHashAsUInt128();
    }

    public int TryDecodeInto(int sampleRate, Span<float> row) =>
        known is null ? file.TryDecodeInto(sampleRate, row) : 0;

    public AudioClip Decode(CancellationToken cancellation) => known ?? reader.Checked(file.Decode(cancellation), current!);
}
