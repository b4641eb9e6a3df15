// Two runs on the same clips: how well each does, and whether they differ by more than chance.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model;

/// <summary>What came of comparing two runs on the same clips.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Clips">Clips that both could read.</param>
/// <param name="RightOfA">How many of them the first run has right.</param>
/// <param name="RightOfB">How many of them the second run has right.</param>
/// <param name="Test">Whether they differ.</param>
/// <param name="Notes">What the user should know of the data, a line each.</param>
public sealed record RunComparison(
    int Clips, int RightOfA, int RightOfB, McNemarTest Test, IReadOnlyList<string> Notes)
{
    /// <summary>A chance below this is called a difference.</summary>
    public const double Level = 0.05;

    /// <summary>The first run's accuracy on these clips.</summary>
    public double AccuracyOfA => (double)RightOfA / Clips;

    /// <summary>The second run's accuracy on these clips.</summary>
    public double AccuracyOfB => (double)RightOfB / Clips;

    /// <summary>Where the first run's accuracy lies on other clips of the same kind, with a chance of 95 %.</summary>
    public WilsonInterval IntervalOfA => WilsonInterval.Of(RightOfA, Clips);

    /// <summary>The same of the second run.</summary>
    public WilsonInterval IntervalOfB => WilsonInterval.Of(RightOfB, Clips);

    /// <summary>True where one run is better by more than chance would have it in one case of twenty.</summary>
    public bool Differs => Test.PValue < Level;

    /// <summary>What it comes to, in a sentence that calls the runs A and B.</summary>
    public string Verdict
    {
        get
        {
            string form = Test.PValue < 0.001 ? "0.0e+0" : "0.###";
            string p = $"p = {Test.PValue.ToString(form, CultureInfo.InvariantCulture)}";
            (string better, int more, int less) = Test.OnlyFirst > Test.OnlySecond
                ? ("A", Test.OnlyFirst, Test.OnlySecond)
                : ("B", Test.OnlySecond, Test.OnlyFirst);
            return Test.Discordant == 0 ? "no difference: both are right on the same clips"
                : !Differs ? $"no difference that these clips show ({p})"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{better} is better: right alone on {more} clips against {less} ({p})");
        }
    }

    /// <summary>Runs both over a data set.</summary>
    /// <param name="device">Where.</param>
    /// <param name="a">A run folder.</param>
    /// <param name="b">Another.</param>
    /// <param name="data">A folder or a list whose classes are among those of both runs.</param>
    /// <param name="part">Only the clips of this part, which the data set itself must name; null for all.</param>
    /// <param name="progress">Told which of the two is at work, how many clips are done, and of how many.</param>
    /// <param name="cache">Where features are kept for another run; null for nowhere.</param>
    /// <param name="options">How the data set is read; null for what it says itself.</param>
    /// <param name="cancellation">Stops between two mini-batches.</param>
    /// <exception cref="RunException">A folder is no run, or is damaged.</exception>
    /// <exception cref="DataSetException">The data cannot be used.</exception>
    public static RunComparison Run(
        ComputeDevice device, string a, string b, string data, SplitPart? part = null,
        Action<string, int, int>? progress = null, FeatureCache? cache = null, DataSetOptions? options = null,
        CancellationToken cancellation = default)
    {
        EvaluationResult first = EvaluationOf("A", a);
        EvaluationResult second = EvaluationOf("B", b);
        Dictionary<(string, ClipSegment?), bool> rightOfB = [];
        foreach (EvaluatedClip clip in second.Clips)
        {
            rightOfB[KeyOf(clip)] = clip.IsRight;
        }

        (bool A, bool B)[] both =
        [
            .. first.Clips.DistinctBy(KeyOf).Where(clip => rightOfB.ContainsKey(KeyOf(clip)))
                .Select(clip => (clip.IsRight, rightOfB[KeyOf(clip)])),
        ];
        if (both.Length == 0)
        {
            throw new DataSetException($"'{data}' has no clip that both runs can read");
        }

        return new RunComparison(
            both.Length, both.Count(one => one.A), both.Count(one => one.B),
            new McNemarTest(both.Count(one => one.A && !one.B), both.Count(one => one.B && !one.A)),
            [
                .. first.Notes.Intersect(second.Notes),
                .. first.Notes.Except(second.Notes).Select(note => $"A: {note}"),
                .. second.Notes.Except(first.Notes).Select(note => $"B: {note}"),
                .. LeftOut(Math.Max(first.Clips.Count, second.Clips.Count) - both.Length),
            ]);

        EvaluationResult EvaluationOf(string name, string folder) => Evaluation.Run(
            device, folder, data, part, (done, total) => progress?.Invoke(name, done, total), cache, options,
            cancellation: cancellation);
    }

    private static (string, ClipSegment?) KeyOf(EvaluatedClip clip) => (clip.Clip.Path, clip.Clip.Segment);

    private static IEnumerable<string> LeftOut(int count)
    {
        if (count > 0)
        {
            yield return $"{count} {(count == 1 ? "clip is" : "clips are")} left out, for one run alone takes " +
                (count == 1 ? "it" : "them");
        }
    }
}
