using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>The cursor of a reader that has none of its own.</summary>
internal sealed class PlainCursor(IClipReader reader) : IClipCursor
{
    private ClipEntry? current;

    public UInt128? MoveTo(ClipEntry entry)
    {
        current = entry;
        return reader.ContentKey(entry);
    }

    public int TryDecodeInto(int sampleRate, Span<float> row) => 0;

    public AudioClip Decode(CancellationToken cancellation) => reader.Read(
        current ?? throw new InvalidOperationException($"there is no clip: call {nameof(MoveTo)} first"), cancellation);
}
