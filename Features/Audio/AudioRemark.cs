// What a decoder has to say about a clip that it could read. A run gathers these into one line a kind.

namespace NativeCnn.Features.Audio;

/// <summary>Something odd about a file that was read all the same.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Kind">What kind of oddity: a run counts the files of each.</param>
/// <param name="Text">
/// The particulars, to stand behind a file's name and a colon: <c>cut short: its data chunk promises 8044 bytes, 8000
/// are there</c>.
/// </param>
public sealed record AudioRemark(AudioRemarkKind Kind, string Text)
{
    /// <summary>Refuses a file that is cut short, for those who want whole files only (<c>--strict</c>).</summary>
    /// <param name="remark">What was said of the file, or null.</param>
    /// <param name="file">The file's name.</param>
    /// <exception cref="AudioFormatException">The file is cut short.</exception>
    public static void RefuseCutShort(AudioRemark? remark, string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (remark is { Kind: AudioRemarkKind.CutShort })
        {
            throw AudioFormatException.Of(
                file, $"it is {remark.Text}", "copy the whole file again, or leave out --strict to take what is there");
        }
    }

    /// <summary>A remark of which only the kind is known any more.</summary>
    /// <param name="kind">The kind.</param>
    internal static AudioRemark OfKind(AudioRemarkKind kind) => new(
        kind, kind == AudioRemarkKind.CutShort ? "cut short" : "its header contradicts itself");

    internal static AudioRemark CutShort(string how) => new(AudioRemarkKind.CutShort, $"cut short: {how}");
}
