// What a network says of each clip of a set: the figures that are in no mean, for reports and predictions.csv.

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
    /// <param name="keepProbabilities">Whether the probabilities of all classes are kept.</param>
    public ClipPredictions(int classes, bool keepProbabilities = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        this.classes = classes;
        this.keepProbabilities = keepProbabilities;
    }

    /// <summary>The number of classes.</summary>
    public int Classes => classes;

    /// <summary>One prediction a clip.</summary>
    public IReadOnlyList<ClipPrediction> Clips => clips;

    /// <summary>Takes the prediction of the next clip.</summary>
    /// <param name="truth">Its class, from 0.</param>
    /// <param name="logits">[classes]; their softmax is the probabilities.</param>
    public void AddLogits(int truth, ReadOnlySpan<float> logits)
    {
        Check(truth, logits);
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
    /// <param name="truth">Its class, from 0.</param>
    /// <param name="given">[classes], of the sum 1.</param>
    public void AddProbabilities(int truth, ReadOnlySpan<float> given)
    {
        Check(truth, given);
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

    /// <summary>How often each class was taken for each.</summary>
    public ConfusionMatrix ToConfusion()
    {
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

    private void Check(int truth, ReadOnlySpan<float> values)
    {
        if (values.Length != classes || (uint)truth >= (uint)classes)
        {
            throw new ArgumentException(
                $"Expected {classes} numbers and a class from 0 to {classes - 1}; got {values.Length} and {truth}.",
                nameof(values));
        }
    }
}
