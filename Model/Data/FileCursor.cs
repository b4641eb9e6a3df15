using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>The cursor of <see cref="FileClipReader"/>: a file's bytes are read once, hashed and decoded.</summary>
internal sealed class FileCursor(FileClipReader reader) : IClipCursor
{
    private readonly SoundFileReader file = new();
    private ClipEntry? current;
    private AudioClip? known;
    private ClipEntry? segment;

    public UInt128? MoveTo(ClipEntry entry)
    {
        current = entry;
        known = reader.TakeBack(entry);
        segment = entry.Segment is null ? null : entry;
        if (known is not null || segment is not null)
        {
            return reader.ContentKey(entry);
        }

        file.Open(entry.Path);
        if (!file.IsInMemory)
        {
            return reader.ContentKey(entry);
        }

        return reader.Remember(entry.Path, file.Bytes, file.Decoder);
    }

    public int TryDecodeInto(int sampleRate, Span<float> row) =>
        known is null && segment is null ? file.TryDecodeInto(sampleRate, row) : 0;

    public AudioClip Decode(CancellationToken cancellation) => segment is not null
        ? reader.Read(segment, cancellation)
        : known ?? reader.Checked(file.Decode(cancellation), current!);
}
