// What the filters of a layer read, on calibration clips: mean and covariance of the numbers that one output is the
// weighted sum of. Rounding the weights by dw changes an output by dw x on average, which its bias takes back, and
// beside that by a variance of dw' C dw.
using System.Numerics.Tensors;

namespace NativeCnn.Tools.Exporting.C.Quantisation;

/// <summary>Mean and covariance of what filters are applied to, for each group of them.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class FilterInputs
{
    // Beyond it the covariance of a few hundred clips says little, and takes long.
    private const int LongestRow = 1024;

    private readonly int row;
    private readonly double[] numbers;
    private readonly (double[] Sum, double[]? Products, int Count)[] groups;
    private readonly WeightRounding?[] roundings;

    /// <summary>None yet.</summary>
    /// <param name="groups">Groups of filters.</param>
    /// <param name="row">Weights of a filter.</param>
    public FilterInputs(int groups, int row)
    {
        this.row = row;
        numbers = new double[row];
        roundings = new WeightRounding?[groups];
        this.groups = [.. Enumerable.Range(0, groups).Select(_ => (
            new double[row], row <= LongestRow ? new double[row * row] : null, 0))];
    }

    /// <summary>Takes what an output of a group is computed of, in the order of the layer's weights.</summary>
    public void Add(int group, ReadOnlySpan<float> inputs)
    {
        TensorPrimitives.ConvertTruncating(inputs, numbers);
        ref (double[] Sum, double[]? Products, int Count) one = ref groups[group];
        one.Count++;
        TensorPrimitives.Add(one.Sum, numbers, one.Sum);
        for (int i = 0; i < row && one.Products is not null; i++)
        {
            Span<double> line = one.Products.AsSpan(i * row, row);
            if (numbers[i] != 0)
            {
                TensorPrimitives.MultiplyAdd(numbers, numbers[i], line, line);
            }
        }
    }

    /// <summary>The mean of each input of a group's filters.</summary>
    public double[] MeanOf(int group) =>
        [.. groups[group].Sum.Select(sum => groups[group].Count > 0 ? sum / groups[group].Count : 0)];

    /// <summary>How filters of a group are rounded; prepared once, when all inputs are known.</summary>
    public WeightRounding RoundingOf(int group) =>
        roundings[group] ??= new WeightRounding(CovarianceOf(group), row);

    /// <summary>Their covariance, [row, row]; null where it is not known.</summary>
    public double[]? CovarianceOf(int group)
    {
        (double[] sum, double[]? products, int count) = groups[group];
        if (products is null || count == 0)
        {
            return null;
        }

        double[] covariance = new double[row * row];
        for (int i = 0; i < covariance.Length; i++)
        {
            covariance[i] = (products[i] / count) - (sum[i / row] / count * (sum[i % row] / count));
        }

        return covariance;
    }
}
