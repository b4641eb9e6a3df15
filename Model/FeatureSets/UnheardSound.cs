// A clip that is longer than the network's takes part with its beginning alone.
using System.Globalization;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Says how much of clips is not heard.</summary>
internal static class UnheardSound
{
    // Less than this share of the sound is the end of a last frame, or rounding.
    private const double LeastShare = 0.01;

    /// <summary>One line, where it is more than a hundredth of all sound.</summary>
    /// <param name="seconds">The length of each clip.</param>
    /// <param name="format">The length that they are cut to.</param>
    public static IEnumerable<string> Lines(IReadOnlyCollection<float> seconds, ClipFormat format)
    {
        double heard = (double)format.ClipSamples / format.Features.SampleRate;
        double all = seconds.Sum(length => (double)length);
        double unheard = seconds.Sum(length => Math.Max(0, length - heard));
        int longer = seconds.Count(length => length > heard);
        if (unheard > LeastShare * all)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{longer} of {seconds.Count} clips are longer than {heard:0.###} s: {unheard / all:0 %} of the " +
                $"sound is not heard; the longest has {seconds.Max():0.#} s (--clip-seconds takes more of it)");
        }
    }
}
