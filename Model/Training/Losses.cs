// Which loss a training has: cross-entropy, focal where a gamma is chosen, of sigmoids where a clip may have several
// labels; and what its classes weigh where they are balanced.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.Training;

/// <summary>The losses by name, and by what a training asks for.</summary>
public static class Losses
{
    /// <summary>What <see cref="ParseGamma"/> takes, for help.</summary>
    public const string Forms = "cross-entropy|focal[=GAMMA]";

    private const string CrossEntropy = "cross-entropy";
    private const string Focal = "focal";
    private const float UsualGamma = 2;

    /// <summary>The gamma of <c>focal</c> (2) or <c>focal=GAMMA</c>; 0 for <c>cross-entropy</c>.</summary>
    /// <exception cref="ArgumentException">It is none of them; the message says what may come.</exception>
    public static float ParseGamma(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] halves = text.Split('=', 2);
        return (halves[0], halves.Length) switch
        {
            (CrossEntropy, 1) => 0,
            (Focal, 1) => UsualGamma,
            (Focal, 2) when float.TryParse(
                halves[1], NumberStyles.Float, CultureInfo.InvariantCulture, out float gamma) &&
                gamma is > 0 and <= TrainingOptions.MostFocalGamma => gamma,
            (Focal, 2) => throw new ArgumentException(
                $"focal takes a gamma above 0 and at most {TrainingOptions.MostFocalGamma}, not '{halves[1]}'"),
            _ => throw new ArgumentException(
                $"there is no loss '{text}'{Suggestion.Before(halves[0], [CrossEntropy, Focal])} give {Forms}"),
        };
    }

    /// <summary>Plans the loss of a training; null for <see cref="CrossEntropyLoss"/>.</summary>
    /// <param name="options">The training.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="sets">The sets of labels of its clips; null where a clip has one.</param>
    internal static Func<LossPlan, ILoss>? Of(TrainingOptions options, ComputeDevice device, LabelSets? sets)
    {
        if (sets is null)
        {
            float gamma = options.FocalGamma;
            return gamma > 0 ? plan => new FocalLoss(plan, gamma) : null;
        }

        Tensor<int> bits = device.Upload<int>(
            new Shape(sets.Count, LabelSetTargets.WordsOf(sets.Labels)), sets.ToBits());
        return plan => new MultiLabelLoss(plan, bits);
    }

    /// <summary>
    /// The weight of each class: clips / (classes * clips of the class), as scikit-learn's "balanced". Where a clip may
    /// have several labels, clips without the label / clips with it, as PyTorch's documentation has it for
    /// <c>pos_weight</c>; 1 for one that no clip or every clip has.
    /// </summary>
    /// <param name="numbers">The class of each clip, or its set of labels.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="sets">The sets; null where a clip has one label.</param>
    internal static float[] WeightsOf(IEnumerable<int> numbers, int classes, LabelSets? sets)
    {
        if (sets is null)
        {
            return Trainer.InverseShares(numbers, classes);
        }

        int[] with = new int[classes];
        int clips = 0;
        foreach (int set in numbers)
        {
            clips++;
            foreach (int label in sets[set])
            {
                with[label]++;
            }
        }

        return Array.ConvertAll(with, count => count == 0 || count == clips ? 1 : (float)(clips - count) / count);
    }
}
