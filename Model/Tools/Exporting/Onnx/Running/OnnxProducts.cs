// Operators of weighted sums and of windows. Sums in float64, rounded once.
using System.Numerics.Tensors;

namespace NativeCnn.Tools.Exporting.Onnx.Running;

/// <summary>Products, convolutions and pools.</summary>
internal static class OnnxProducts
{
    /// <summary>A convolution over time: [N, C, T] by [K, C / groups, R].</summary>
    public static OnnxValue[] Conv(OnnxCall call)
    {
        (int[] shape, int[] filters) = (call[0].Shape, call[1].Shape);
        int groups = call.Int("group", 1);
        (int n, int channels, int time) = (shape[0], shape[1], shape[2]);
        (int k, int own, int taps) = (filters[0], filters[1], filters[2]);
        int dilation = call.Ints("dilations")?[0] ?? 1;
        var window = Window.Of(call, time, ((taps - 1) * dilation) + 1);
        if (groups < 1 || own * groups != channels || k % groups != 0)
        {
            throw new OnnxException($"{k} filters of {own} channels in {groups} groups do not fit {channels} channels");
        }

        float[] y = new float[OnnxValue.CountOf([n, k, window.Count])];
        (float[] x, float[] w) = (call[0].Floats, call[1].Floats);
        float[]? bias = call.Count > 2 ? call[2].Floats : null;
        Parallel.For(0, n * window.Count, place =>
        {
            (int clip, int l) = (place / window.Count, place % window.Count);
            int start = (l * window.Stride) - window.Before;
            double[] patch = new double[own * taps];
            double[] filter = new double[own * taps];
            for (int g = 0; g < groups; g++)
            {
                for (int i = 0; i < patch.Length; i++)
                {
                    int t = start + (i % taps * dilation);
                    int c = (g * own) + (i / taps);
                    patch[i] = t < 0 || t >= time ? 0 : x[(((clip * channels) + c) * time) + t];
                }

                for (int f = g * (k / groups); f < (g + 1) * (k / groups); f++)
                {
                    TensorPrimitives.ConvertTruncating<float, double>(
                        w.AsSpan(f * filter.Length, filter.Length), filter);
                    y[(((clip * k) + f) * window.Count) + l] =
                        (float)(TensorPrimitives.Dot<double>(patch, filter) + (bias?[f] ?? 0));
                }
            }
        });
        return [OnnxValue.Of([n, k, window.Count], y)];
    }

    /// <summary>x W' + b: [N, I] by [O, I].</summary>
    public static OnnxValue[] Gemm(OnnxCall call)
    {
        (int[] shape, int[] weights) = (call[0].Shape, call[1].Shape);
        if (call.Int("transB", 0) != 1 || shape[1] != weights[1])
        {
            throw new OnnxException("it is of another form than those of an export");
        }

        (int n, int outputs, int row) = (shape[0], weights[0], weights[1]);
        float[] y = new float[n * outputs];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = (float)(Dot(
                call[0].Floats.AsSpan(i / outputs * row, row), call[1].Floats.AsSpan(i % outputs * row, row))
                + call[2].Floats[i % outputs]);
        }

        return [OnnxValue.Of([n, outputs], y)];
    }

    /// <summary>A matrix by each of several: [M, I] by [N, I, T].</summary>
    public static OnnxValue[] MatMul(OnnxCall call)
    {
        if (call[0].Shape is not [int rows, int inner] || call[1].Shape is not [int n, int same, int time]
            || inner != same)
        {
            throw new OnnxException("it is of another form than those of an export");
        }

        float[] y = new float[OnnxValue.CountOf([n, rows, time])];
        (float[] a, float[] b) = (call[0].Floats, call[1].Floats);
        Parallel.For(0, n * rows, place =>
        {
            (int clip, int row) = (place / rows, place % rows);
            double[] sums = new double[time];
            double[] line = new double[time];
            for (int i = 0; i < inner; i++)
            {
                TensorPrimitives.ConvertTruncating<float, double>(b.AsSpan(((clip * inner) + i) * time, time), line);
                TensorPrimitives.MultiplyAdd<double>(line, a[(row * inner) + i], sums, sums);
            }

            TensorPrimitives.ConvertTruncating<double, float>(sums, y.AsSpan(place * time, time));
        });
        return [OnnxValue.Of([n, rows, time], y)];
    }

    /// <summary>The largest of windows over time.</summary>
    public static OnnxValue[] MaxPool(OnnxCall call) => Pool(call, (x, _) => x.Max());

    /// <summary>The mean of windows over time.</summary>
    public static OnnxValue[] AveragePool(OnnxCall call)
    {
        bool countsPadding = call.Int("count_include_pad", 0) != 0;
        return Pool(call, (x, window) =>
            (float)(x.Sum(one => (double)one) / (countsPadding ? window : x.Length)));
    }

    private static OnnxValue[] Pool(OnnxCall call, Func<float[], int, float> reduce)
    {
        int[] shape = call[0].Shape;
        int length = (call.Ints("kernel_shape") ?? throw new OnnxException("it has no kernel_shape"))[0];
        var window = Window.Of(call, shape[2], length);
        float[] y = new float[OnnxValue.CountOf([shape[0], shape[1], window.Count])];
        for (int i = 0; i < y.Length; i++)
        {
            int row = i / window.Count * shape[2];
            int start = (i % window.Count * window.Stride) - window.Before;
            y[i] = reduce(
                call[0].Floats[(row + Math.Max(start, 0))..(row + Math.Min(start + length, shape[2]))], length);
        }

        return [OnnxValue.Of([shape[0], shape[1], window.Count], y)];
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Where windows lie.</summary>
    private readonly record struct Window(int Before, int Stride, int Count)
    {
        public static Window Of(OnnxCall call, int time, int length)
        {
            int[] pads = call.Ints("pads") ?? [0, 0];
            int stride = call.Ints("strides")?[0] ?? 1;
            int count = stride < 1 ? 0 : ((time + pads[0] + pads[1] - length) / stride) + 1;
            return count > 0 && time + pads[0] + pads[1] >= length
                ? new Window(pads[0], stride, count)
                : throw new OnnxException($"windows of {length} do not fit into {time} numbers");
        }
    }
}
