using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data.Keywords;

/// <summary>Makes clips of silence, and has all others from the data set's reader.</summary>
/// <param name="inner">The data set's reader.</param>
/// <param name="made">The paths of the clips of silence.</param>
/// <param name="maker">Makes them.</param>
internal sealed class KeywordReader(
    IClipReader inner, IEnumerable<string> made, SilenceMaker maker) : IClipReader
{
    private readonly Dictionary<string, long> numbers = made.ToDictionary(
        path => path, KeywordSet.NumberOf, StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool IdentifiesClips => inner.IdentifiesClips;

    /// <inheritdoc/>
    public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return NumberOf(entry) is { } number ? maker.Make(number) : inner.Read(entry, cancellation);
    }

    /// <inheritdoc/>
    public UInt128? ContentKey(ClipEntry entry) => NumberOf(entry) is null ? inner.ContentKey(entry) : null;

    /// <inheritdoc/>
    public UInt128? ContentHash(ClipEntry entry) => NumberOf(entry) is null ? inner.ContentHash(entry) : null;

    /// <inheritdoc/>
    public void Know(ClipEntry entry, UInt128 content)
    {
        if (NumberOf(entry) is null)
        {
            inner.Know(entry, content);
        }
    }

    /// <inheritdoc/>
    public UInt128? FileKey(ClipEntry entry) => NumberOf(entry) is null ? inner.FileKey(entry) : null;

    /// <inheritdoc/>
    public IClipCursor Cursor() => new KeywordCursor(this, inner.Cursor());

    /// <inheritdoc/>
    public void PutBack(ClipEntry entry, AudioClip clip)
    {
        if (NumberOf(entry) is null)
        {
            inner.PutBack(entry, clip);
        }
    }

    /// <summary>The number of a clip that is made; null for one of the data set.</summary>
    private long? NumberOf(ClipEntry entry) => numbers.TryGetValue(entry.Path, out long number) ? number : null;

    private sealed class KeywordCursor(KeywordReader reader, IClipCursor files) : IClipCursor
    {
        private long? number;

        public UInt128? MoveTo(ClipEntry entry)
        {
            number = reader.NumberOf(entry);
            return number is null ? files.MoveTo(entry) : null;
        }

        public int TryDecodeInto(int sampleRate, Span<float> row) =>
            number is null ? files.TryDecodeInto(sampleRate, row) : 0;

        public AudioClip Decode(CancellationToken cancellation) =>
            number is { } made ? reader.Make(made) : files.Decode(cancellation);
    }

    private AudioClip Make(long number) => maker.Make(number);
}
