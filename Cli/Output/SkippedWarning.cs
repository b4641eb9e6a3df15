using NativeCnn.Model.Data;

namespace NativeCnn.Cli.Output;

/// <summary>Says which clips could not be read: their number, the first ten, and how many more.</summary>
internal static class SkippedWarning
{
    private const int Listed = 10;

    public static IEnumerable<string> Lines(IReadOnlyList<SkippedClip> clips)
    {
        if (clips.Count == 0)
        {
            yield break;
        }

        yield return clips.Count == 1
            ? $"1 clip could not be read and is left out: {Describe(clips[0])}"
            : $"{Show.Count(clips.Count)} clips could not be read and are left out:";
        if (clips.Count == 1)
        {
            yield break;
        }

        foreach (SkippedClip clip in clips.Take(Listed))
        {
            yield return $"  {Describe(clip)}";
        }

        if (clips.Count > Listed)
        {
            yield return $"  ... and {Show.Count(clips.Count - Listed)} more; --json lists all";
        }
    }

    // The reason of most decoders begins with the file already.
    private static string Describe(SkippedClip clip) =>
        clip.Reason.Contains(clip.Path, StringComparison.Ordinal) ? clip.Reason : $"{clip.Path}: {clip.Reason}";
}
