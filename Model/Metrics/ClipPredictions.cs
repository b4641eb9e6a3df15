// What a network says of each clip of a set: the figures that are in no mean, for reports and predictions.csv. A clip has
// one class, or a set of labels, none among them, each with a probability of its own.
using NativeCnn.Model.Data;

namespace NativeCnn.Model.Metrics;

/// <summary>The predictions of a set, in the order of its clips.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ClipPredictions
{
    private readonly int classes;
    private readonly bool keepProbabilities;
    private readonly List<ClipPrediction> clips = [];
    private readonly List<float> probabilities = [];

    /// <summary>Prepares to take predictions.</summary>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <param name="keepProbabilities">
    /// Whether the probabilities of all classes are kept; of several labels they always are.
    /// </param>
    /// <param name="sets">The sets of labels that clips have; null where each has one class.</param>
    public ClipPredictions(int classes, bool keepProbabilities = false, LabelSets? sets = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        this.classes = classes;
        this.keepProbabilities = keepProbabilities || sets is not null;
        Sets = sets;
    }

    /// <summary>The sets of labels that clips have; null where each has one class.</summary>
    public LabelSets? Sets { get; }

    /// <summary>
    /// From which probability on each label is held to be true, where clips may have several; null for one half.
    /// </summary>
    public IReadOnlyList<float>? Thresholds { get; set; }

    /// <summary>The number of classes.</summary>
    public int Classes => classes;

    /// <summary>One prediction a clip.</summary>
    public IReadOnlyList<ClipPrediction> Clips => clips;

    /// <summary>Takes the prediction of the next clip.</summary>
    /// <param name="truth">Its class, or the number of its set of labels, from 0.</param>
    /// <param name="logits">
    /// [classes]; their softmax is the probabilities, or of several labels the sigmoid of each.
    /// </param>
    public void AddLogits(int truth, ReadOnlySpan<float> logits)
    {
        Check(truth, logits);
        if (Sets is not null)
        {
            float[] values = new float[classes];
            for (int label = 0; label < classes; label++)
            {
                values[label] = MultiLabelScores.ProbabilityOf(logits[label]);
            }

            AddLabels(truth, values);
            return;
        }

        int best = IndexOfMaximum(logits);
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp((double)logit - logits[best]);
        }

        double logSum = logits[best] + Math.Log(sum);
        clips.Add(new ClipPrediction(
            truth, best, (float)Math.Exp(logits[best] - logSum), (float)(logSum - logits[truth])));
        if (keepProbabilities)
        {
            foreach (float logit in logits)
            {
                probabilities.Add((float)Math.Exp(logit - logSum));
            }
        }
    }

    /// <summary>
    /// Takes the prediction of the next clip where probabilities are there already, as of an average.
    /// </summary>
    /// <param name="truth">Its class, or the number of its set of labels, from 0.</param>
    /// <param name="given">[classes], of the sum 1 where a clip has one class.</param>
    public void AddProbabilities(int truth, ReadOnlySpan<float> given)
    {
        Check(truth, given);
        if (Sets is not null)
        {
            AddLabels(truth, given);
            return;
        }

        int best = IndexOfMaximum(given);
        clips.Add(new ClipPrediction(
            truth, best, given[best], (float)-Math.Log(Math.Max(given[truth], float.Epsilon))));
        if (keepProbabilities)
        {
            probabilities.AddRange(given);
        }
    }

    /// <summary>The probabilities of all classes for one clip.</summary>
    /// <param name="clip">The clip, from 0.</param>
    /// <returns>[classes].</returns>
    /// <exception cref="InvalidOperationException">They were not kept.</exception>
    public float[] ProbabilitiesOf(int clip) => keepProbabilities
        ? [.. probabilities.GetRange(clip * classes, classes)]
        : throw new InvalidOperationException("the probabilities were not kept: ask for them beforehand");

    /// <summary>The classes of a clip: one, unless it may have several labels.</summary>
    /// <param name="clip">The clip, from 0.</param>
    public IReadOnlyList<int> TruthOf(int clip) => Sets is null ? [clips[clip].Truth] : Sets[clips[clip].Truth];

    /// <summary>The classes that the network gives it: one, unless it may have several labels.</summary>
    /// <param name="clip">The clip, from 0.</param>
    public IReadOnlyList<int> GivenTo(int clip) => Sets is null
        ? [clips[clip].Predicted]
        : [.. Enumerable.Range(0, classes).Where(
            label => probabilities[(clip * classes) + label] >= (Thresholds?[label] ?? F1Threshold.Untuned))];

    /// <summary>Whether the network gives a clip its own class, or all of its labels and no other.</summary>
    /// <param name="clip">The clip, from 0.</param>
    public bool IsRight(int clip) => TruthOf(clip).SequenceEqual(GivenTo(clip));

    /// <summary>How sure the network is of what is not so: the probability of the wrong, at most 1.</summary>
    /// <param name="clip">The clip, from 0.</param>
    public double ErrorOf(int clip) => clips[clip] is var one && Sets is null
        ? one.Truth == one.Predicted ? 1 - one.Probability : one.Probability
        : Sets![one.Truth].Contains(one.Predicted) ? 1 - one.Probability : one.Probability;

    /// <summary>How often each class was taken for each; null where clips may have several labels.</summary>
    public ConfusionMatrix? ToConfusion()
    {
        if (Sets is not null)
        {
            return null;
        }

        ConfusionMatrix matrix = new(classes);
        foreach (ClipPrediction clip in clips)
        {
            matrix.Add(clip.Truth, clip.Predicted);
        }

        return matrix;
    }

    /// <summary>The first of the greatest.</summary>
    internal static int IndexOfMaximum(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
            {
                best = i;
            }
        }

        return best;
    }

    private void AddLabels(int set, ReadOnlySpan<float> values)
    {
        double loss = 0;
        (int worst, double error) = (0, -1);
        for (int label = 0; label < classes; label++)
        {
            double wrong = Sets![set].Contains(label) ? 1 - values[label] : values[label];
            loss -= Math.Log(Math.Max(1 - wrong, float.Epsilon));
            (worst, error) = wrong > error ? (label, wrong) : (worst, error);
        }

        clips.Add(new ClipPrediction(set, worst, values[worst], (float)(loss / classes)));
        probabilities.AddRange(values);
    }

    private void Check(int truth, ReadOnlySpan<float> values)
    {
        int truths = Sets?.Count ?? classes;
        if (values.Length != classes || (uint)truth >= (uint)truths)
        {
            throw new ArgumentException(
                $"Expected {classes} numbers and a class from 0 to {truths - 1}; got {values.Length} and {truth}.",
                nameof(values));
        }
    }
}
