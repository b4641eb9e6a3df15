// How often each class was taken for each other.

namespace NativeCnn.Model.Metrics;

/// <summary>Counts of (true class, predicted class) pairs: a row a true class, a column a predicted one.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class ConfusionMatrix
{
    private readonly int[,] counts;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no class.</exception>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        counts = new int[classes, classes];
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
        counts[truth, predicted]++;
        Total++;
        Correct += truth == predicted ? 1 : 0;
    }

    /// <summary>The clips of a class: its row's sum.</summary>
    /// <param name="truth">The true class, from 0.</param>
    /// <returns>The support of the class.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public int CountOfTruth(int truth) => Enumerable.Range(0, Classes).Sum(predicted => this[truth, predicted]);

    /// <summary>The clips predicted to be of a class: its column's sum.</summary>
    /// <param name="predicted">The predicted class, from 0.</param>
    /// <returns>The number of predictions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public int CountOfPredicted(int predicted) => Enumerable.Range(0, Classes).Sum(truth => this[truth, predicted]);

    private void CheckClass(int index, string name)
    {
        if ((uint)index >= (uint)Classes)
        {
            throw new ArgumentOutOfRangeException(name, index, $"Classes run from 0 to {Classes - 1}.");
        }
    }
}
