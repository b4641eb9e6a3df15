// Clocks of machines differ, and NFS tells times of change late: what counts is that the content of a claim, read anew,
// stays the same while this worker's own clock goes on.
namespace NativeCnn.Model.Jobs;

/// <summary>Knows for how long the claims of others have not changed.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
/// <param name="options">How long a silence may be, and the clock.</param>
internal sealed class SilenceWatch(JobOptions options)
{
    // Looks that are further apart than this many pauses count as that many: this worker was stopped itself, and so may
    // have been the one that it looks at.
    private const int MostPauses = 3;

    private readonly Dictionary<string, (string Content, long At, TimeSpan Silent)> seen = [];

    /// <summary>Whether a claim has been silent for too long.</summary>
    /// <param name="claim">The name of its file.</param>
    /// <param name="content">What the file holds now.</param>
    public bool IsSilent(string claim, string content)
    {
        long now = options.Time.GetTimestamp();
        if (!seen.TryGetValue(claim, out (string Content, long At, TimeSpan Silent) before) ||
            before.Content != content)
        {
            seen[claim] = (content, now, TimeSpan.Zero);
            return false;
        }

        TimeSpan passed = options.Time.GetElapsedTime(before.At, now);
        TimeSpan most = options.Pause * MostPauses;
        TimeSpan silent = before.Silent + (passed < most ? passed : most);
        seen[claim] = (content, now, silent);
        return silent >= options.Silence;
    }
}
