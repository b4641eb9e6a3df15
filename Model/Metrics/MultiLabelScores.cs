// What a network says of clips that may have several labels, collected until they can be ranked. A label is held to be
// true where sigmoid(logit) >= its threshold.
using NativeCnn.Model.Data;

namespace NativeCnn.Model.Metrics;

/// <summary>Collects the probabilities of clips, and draws up their report.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class MultiLabelScores
{
    private readonly LabelSets sets;
    private readonly List<float[]> probabilities = [];
    private readonly List<int> truths = [];

    /// <summary>Begins with no clip.</summary>
    /// <param name="sets">The sets of labels that clips have.</param>
    public MultiLabelScores(LabelSets sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        this.sets = sets;
    }

    /// <summary>The probability of a label by its logit.</summary>
    public static float ProbabilityOf(float logit) => (float)(1 / (1 + Math.Exp(-(double)logit)));

    /// <summary>Adds a clip.</summary>
    /// <param name="set">Its set of labels.</param>
    /// <param name="logits">A logit a label.</param>
    public void Add(int set, ReadOnlySpan<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, sets.Labels);
        float[] values = logits.ToArray();
        for (int label = 0; label < values.Length; label++)
        {
            values[label] = ProbabilityOf(values[label]);
        }

        probabilities.Add(values);
        truths.Add(set);
    }

    /// <summary>
    /// The report of the clips: accuracy is the share of clips whose labels are all right; each label has its average
    /// precision and threshold.
    /// </summary>
    /// <param name="labels">The labels' names.</param>
    /// <param name="loss">The mean loss over the same clips.</param>
    /// <param name="thresholds">
    /// A threshold a label; null tunes each to these clips by <see cref="F1Threshold"/>.
    /// </param>
    /// <exception cref="ArgumentException">There are more or fewer names or thresholds than labels.</exception>
    public ClassificationReport Report(
        IReadOnlyList<string> labels, double loss, IReadOnlyList<float>? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != sets.Labels || (thresholds is not null && thresholds.Count != sets.Labels))
        {
            throw new ArgumentException(
                $"Expected {sets.Labels} labels; got {labels.Count} names and {thresholds?.Count} thresholds.");
        }

        int clips = truths.Count;
        int[] wrong = new int[clips];
        ClassMetrics[] classes = new ClassMetrics[labels.Count];
        (long hits, long given, long there) = (0, 0, 0);
        float[] scores = new float[clips];
        bool[] has = new bool[clips];
        bool[][] hasOf = Truths();
        for (int label = 0; label < labels.Count; label++)
        {
            for (int clip = 0; clip < clips; clip++)
            {
                scores[clip] = probabilities[clip][label];
                has[clip] = hasOf[truths[clip]][label];
            }

            float threshold = thresholds is null ? F1Threshold.Of(scores, has) : thresholds[label];
            (int right, int taken, int support) = (0, 0, 0);
            for (int clip = 0; clip < clips; clip++)
            {
                bool held = scores[clip] >= threshold;
                wrong[clip] += held == has[clip] ? 0 : 1;
                right += held && has[clip] ? 1 : 0;
                taken += held ? 1 : 0;
                support += has[clip] ? 1 : 0;
            }

            classes[label] = new ClassMetrics(
                labels[label], Ratio(right, taken), Ratio(right, support), Ratio(2 * right, taken + support), support)
            {
                AveragePrecision = support == 0 ? null : AveragePrecision.Of(scores, has),
                Threshold = threshold,
            };
            (hits, given, there) = (hits + right, given + taken, there + support);
        }

        ClassMetrics[] known = [.. classes.Where(one => one.Support > 0)];
        return new ClassificationReport(
            clips, Ratio(wrong.Count(count => count == 0), clips), loss, classes)
        {
            MultiLabel = new MultiLabelFigures(
                known.Select(one => one.AveragePrecision!.Value).DefaultIfEmpty(0).Average(), Ratio(hits, given),
                Ratio(hits, there), Ratio(2 * hits, given + there),
                known.Select(one => one.F1).DefaultIfEmpty(0).Average()),
        };
    }

    private bool[][] Truths() => [.. Enumerable.Range(0, sets.Count).Select(set =>
    {
        bool[] has = new bool[sets.Labels];
        foreach (int label in sets[set])
        {
            has[label] = true;
        }

        return has;
    })];

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
