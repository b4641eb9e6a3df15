// Rounds the weights of a filter one after another; what one is rounded off by, those that follow make up for, as far
// as their inputs go together with its. With the inverse of the inputs' covariance C^-1 = U' U, U upper triangular:
//   e = (w[i] - q[i]) / U[i, i],  w[j] -= e U[i, j] for j > i
// and the variance of the output's error is the sum of e^2. Frantar et al., "GPTQ: Accurate Post-Training Quantization
// for Generative Pre-trained Transformers" (ICLR 2023), after "Optimal Brain Surgeon" (Hassibi, Stork, 1993).
using System.Numerics.Tensors;

namespace NativeCnn.Tools.Exporting.C.Quantisation;

/// <summary>Rounds filters whose inputs have a covariance.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class WeightRounding
{
    // A part of the mean variance is added to each, so that inputs that hardly vary do not take any weight.
    private const double Damping = 0.01;

    private readonly int row;
    private readonly double[] upper;
    private readonly double[] left;

    /// <summary>Prepares the rounding of filters.</summary>
    /// <param name="covariance">[row, row], of their inputs; null to round each weight by itself.</param>
    /// <param name="row">Weights of a filter.</param>
    public WeightRounding(double[]? covariance, int row)
    {
        this.row = row;
        left = new double[row];
        upper = covariance is null ? [] : InverseFactor(Damped(covariance));
    }

    /// <summary>The largest whole number of a weight.</summary>
    public const int Most = 127;

    /// <summary>Rounds a filter.</summary>
    /// <param name="weights">[row].</param>
    /// <param name="scale">What a whole number stands for.</param>
    /// <param name="rounded">[row], from -127 to 127.</param>
    /// <returns>The variance of the output's error; the sum of squared errors where no covariance is known.</returns>
    public double Round(ReadOnlySpan<float> weights, double scale, Span<int> rounded)
    {
        TensorPrimitives.ConvertTruncating(weights, left);
        double variance = 0;
        for (int i = 0; i < row; i++)
        {
            rounded[i] = (int)Math.Clamp(Math.Round(left[i] / scale), -Most, Most);
            double error = left[i] - (rounded[i] * scale);
            if (upper.Length > 0)
            {
                ReadOnlySpan<double> line = upper.AsSpan((i * row) + i, row - i);
                error /= line[0];
                Span<double> rest = left.AsSpan(i, row - i);
                TensorPrimitives.MultiplyAdd(line, -error, rest, rest);
            }

            variance += error * error;
        }

        return variance;
    }

    private double[] Damped(double[] covariance)
    {
        double[] damped = [.. covariance];
        double mean = Enumerable.Range(0, row).Average(i => covariance[(i * row) + i]);
        for (int i = 0; i < row; i++)
        {
            damped[(i * row) + i] += (Damping * mean) + 1e-12;
        }

        return damped;
    }

    /// <summary>U of C^-1 = U' U: the inverse of V, upper triangular, of C = V V'.</summary>
    private double[] InverseFactor(double[] c)
    {
        double[] column = new double[row];

        // V, from the last column to the first, in the place of c.
        for (int j = row - 1; j >= 0; j--)
        {
            double diagonal = Math.Sqrt(Math.Max(c[(j * row) + j], 1e-30));
            c[(j * row) + j] = diagonal;
            for (int i = 0; i < j; i++)
            {
                column[i] = c[(i * row) + j] /= diagonal;
            }

            // C is symmetric: what stands above its diagonal is all that is read.
            for (int i = 0; i < j; i++)
            {
                Span<double> line = c.AsSpan((i * row) + i, j - i);
                TensorPrimitives.MultiplyAdd(column.AsSpan(i, j - i), -column[i], line, line);
            }
        }

        double[] inverse = new double[row * row];
        for (int i = row - 1; i >= 0; i--)
        {
            Span<double> line = inverse.AsSpan(i * row, row);
            for (int k = i + 1; k < row; k++)
            {
                ReadOnlySpan<double> below = inverse.AsSpan((k * row) + k, row - k);
                TensorPrimitives.MultiplyAdd(below, -c[(i * row) + k], line[k..], line[k..]);
            }

            TensorPrimitives.Multiply(line, 1 / c[(i * row) + i], line);
            line[i] = 1 / c[(i * row) + i];
        }

        return inverse;
    }
}
