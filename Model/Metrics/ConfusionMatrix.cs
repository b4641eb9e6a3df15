// How often each class was taken for each other.

namespace NativeCnn.Model.Metrics;

/// <summary>Counts of (true class, predicted class) pairs: a row a true class, a column a predicted one.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ConfusionMatrix
{
    private readonly int[,] counts;
    private readonly int[] truths;
    private readonly int[] predictions;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no class.</exception>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        counts = new int[classes, classes];
        truths = new int[classes];
        predictions = new int[classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes => counts.GetLength(0);

    /// <summary>The number of clips counted.</summary>
    public int Total { get; private set; }

    /// <summary>The number of clips whose class was predicted: the diagonal.</summary>
    public int Correct { get; private set; }

    /// <summary>The share of clips whose class was predicted; 0 where there are none.</summary>
    public double Accuracy => Total == 0 ? 0 : (double)Correct / Total;

    /// <summary>How often the class <paramref name="truth"/> was taken for <paramref name="predicted"/>.</summary>
    /// <param name="truth">The true class, from 0.</param>
    /// <param name="predicted">The predicted class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public int this[int truth, int predicted]
    {
        get
        {
            CheckClass(truth, nameof(truth));
            CheckClass(predicted, nameof(predicted));
            return counts[truth, predicted];
        }
    }

    /// <summary>Counts one clip.</summary>
    /// <param name="truth">The true class, from 0.</param>
    /// <param name="predicted">The predicted class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public void Add(int truth, int predicted)
    {
        CheckClass(truth, nameof(truth));
        CheckClass(predicted, nameof(predicted));
        Add(truth, predicted, 1);
    }

    /// <summary>Counts all clips of another matrix too.</summary>
    /// <param name="other">The other.</param>
    /// <exception cref="ArgumentException">It has another number of classes.</exception>
    public void Add(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
        {
            throw new ArgumentException($"Expected {Classes} classes; got {other.Classes}.", nameof(other));
        }

        for (int truth = 0; truth < Classes; truth++)
        {
            for (int predicted = 0; predicted < Classes; predicted++)
            {
                Add(truth, predicted, other.counts[truth, predicted]);
            }
        }
    }

    /// <summary>The clips of a class: its row's sum.</summary>
    /// <param name="truth">The true class, from 0.</param>
    /// <returns>The support of the class.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public int CountOfTruth(int truth)
    {
        CheckClass(truth, nameof(truth));
        return truths[truth];
    }

    /// <summary>The clips predicted to be of a class: its column's sum.</summary>
    /// <param name="predicted">The predicted class, from 0.</param>
    /// <returns>The number of predictions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public int CountOfPredicted(int predicted)
    {
        CheckClass(predicted, nameof(predicted));
        return predictions[predicted];
    }

    /// <summary>The counts, a list a true class.</summary>
    /// <returns>[classes][classes].</returns>
    public int[][] ToRows() =>
        [.. Enumerable.Range(0, Classes).Select(t => Enumerable.Range(0, Classes).Select(p => counts[t, p]).ToArray())];

    /// <summary>The pairs of classes that were taken for each other, the most frequent first.</summary>
    /// <returns>Pairs of different classes that have clips; equal counts in the order of the classes.</returns>
    public IReadOnlyList<(int Truth, int Predicted, int Count)> Mistakes()
    {
        List<(int Truth, int Predicted, int Count)> mistakes = [];
        for (int truth = 0; truth < Classes; truth++)
        {
            for (int predicted = 0; predicted < Classes; predicted++)
            {
                if (truth != predicted && counts[truth, predicted] is > 0 and var count)
                {
                    mistakes.Add((truth, predicted, count));
                }
            }
        }

        return [.. mistakes.OrderByDescending(one => one.Count)];
    }

    private void Add(int truth, int predicted, int count)
    {
        counts[truth, predicted] += count;
        truths[truth] += count;
        predictions[predicted] += count;
        Total += count;
        Correct += truth == predicted ? count : 0;
    }

    private void CheckClass(int index, string name)
    {
        if ((uint)index >= (uint)Classes)
        {
            throw new ArgumentOutOfRangeException(name, index, $"Classes run from 0 to {Classes - 1}.");
        }
    }
}
