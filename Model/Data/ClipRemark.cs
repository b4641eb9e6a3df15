using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Data;

/// <summary>A clip that was read although something about its file is odd.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Path">The file.</param>
/// <param name="Remark">What it is.</param>
public sealed record ClipRemark(string Path, AudioRemark Remark)
{
    /// <summary>What a user is told of many: a line a kind, with their number and the first.</summary>
    /// <param name="all">Those of a run, in any order.</param>
    public static IEnumerable<string> Lines(IEnumerable<ClipRemark> all)
    {
        foreach (IGrouping<AudioRemarkKind, ClipRemark> kind in all.GroupBy(one => one.Remark.Kind))
        {
            int count = kind.Count();
            ClipRemark first = kind.MinBy(one => one.Path, StringComparer.Ordinal)!;
            string files = count == 1 ? "1 file" : $"{count} files";
            yield return kind.Key == AudioRemarkKind.CutShort
                ? $"{files} cut short; what is there was read, --strict refuses: {first.Path}: {first.Remark.Text}"
                : $"{files} with a header that contradicts itself, read all the same: {first.Path}: " +
                    first.Remark.Text;
        }
    }
}
