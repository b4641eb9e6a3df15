using NativeCnn.Engine.Operators;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>The formulas of convolution and pooling in float64, as they read.</summary>
internal static class ConvolutionReference
{
    /// <summary>y[b,k,l] = bias[k] + sum weight[k,c,r] x[b,c,l stride - padding + r dilation].</summary>
    public static double[] Convolve(Conv1dShape s, double[] x, double[] weight, double[]? bias)
    {
        int groupChannels = s.Channels / s.Groups;
        int groupFilters = s.Filters / s.Groups;
        double[] y = new double[s.Output.Length];
        int i = 0;
        for (int b = 0; b < s.Batch; b++)
        {
            for (int k = 0; k < s.Filters; k++)
            {
                for (int l = 0; l < s.OutputLength; l++)
                {
                    double sum = bias?[k] ?? 0;
                    for (int c = 0; c < groupChannels; c++)
                    {
                        for (int r = 0; r < s.Taps; r++)
                        {
                            int channel = (k / groupFilters * groupChannels) + c;
                            int t = (l * s.Stride) - s.Padding + (r * s.Dilation);
                            sum += t < 0 || t >= s.Length
                                ? 0
                                : weight[(((k * groupChannels) + c) * s.Taps) + r] *
                                    x[(((b * s.Channels) + channel) * s.Length) + t];
                        }
                    }

                    y[i++] = sum;
                }
            }
        }

        return y;
    }

    /// <summary>The gradients of x and of weight: every product hands dY times its other factor back.</summary>
    public static (double[] DX, double[] DWeight) Gradients(Conv1dShape s, double[] x, double[] weight, double[] dY)
    {
        int groupChannels = s.Channels / s.Groups;
        int groupFilters = s.Filters / s.Groups;
        double[] dX = new double[x.Length];
        double[] dWeight = new double[weight.Length];
        for (int i = 0; i < dY.Length; i++)
        {
            int l = i % s.OutputLength;
            int k = i / s.OutputLength % s.Filters;
            int b = i / s.OutputLength / s.Filters;
            for (int c = 0; c < groupChannels; c++)
            {
                for (int r = 0; r < s.Taps; r++)
                {
                    int t = (l * s.Stride) - s.Padding + (r * s.Dilation);
                    if (t >= 0 && t < s.Length)
                    {
                        int w = (((k * groupChannels) + c) * s.Taps) + r;
                        int at = (((b * s.Channels) + (k / groupFilters * groupChannels) + c) * s.Length) + t;
                        dX[at] += dY[i] * weight[w];
                        dWeight[w] += dY[i] * x[at];
                    }
                }
            }
        }

        return (dX, dWeight);
    }

    /// <summary>The maximum of each window; padding is minus infinity.</summary>
    public static double[] MaxPool(Pool1dShape s, double[] x) => Pool(s, x, double.NegativeInfinity, Math.Max, null);

    /// <summary>The mean of each window; padding is zero and counts or not, what lies behind it never counts.</summary>
    public static double[] AveragePool(Pool1dShape s, double[] x, bool countIncludePad = true)
    {
        int counted = countIncludePad ? s.Padding : 0;
        return Pool(s, x, 0, (sum, value) => sum + value, start =>
            Math.Min(start + s.Window, s.Length + counted) - Math.Max(start, -counted));
    }

    /// <summary>Folds the steps of each window that are in the clip; divides by a count where there is one.</summary>
    private static double[] Pool(
        Pool1dShape s, double[] x, double seed, Func<double, double, double> fold, Func<int, int>? count)
    {
        double[] y = new double[s.Output.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int row = i / s.OutputLength * s.Length;
            int start = (i % s.OutputLength * s.Stride) - s.Padding;
            double value = seed;
            for (int t = Math.Max(start, 0); t < Math.Min(start + s.Window, s.Length); t++)
            {
                value = fold(value, x[row + t]);
            }

            y[i] = count is null ? value : value / count(start);
        }

        return y;
    }
}
