// Does a device compute right? A few operators against the formula in double precision, on sizes that fill no tile
// evenly.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Kernels;

/// <summary>Opens a device and compares some of its operators with double precision.</summary>
public static class DeviceSelfTest
{
    // Sums of up to 129 products of numbers in [-1, 1]: float32 is off by some 5e-6.
    private const double Rounding = 3e-5;

    /// <summary>Runs all checks.</summary>
    /// <param name="selector">The device, see <see cref="DeviceCatalog"/>.</param>
    /// <exception cref="DeviceException">The device cannot be opened.</exception>
    public static IReadOnlyList<OperatorCheck> Run(string selector)
    {
        using ComputeDevice device = ComputeDevice.Open(selector);
        return [CheckMatrixProduct(device), CheckConvolution(device), CheckRelu(device)];
    }

    private static OperatorCheck CheckMatrixProduct(ComputeDevice device)
    {
        const int m = 33, n = 65, k = 129;
        float[] a = Noise(m * k, 1);
        float[] b = Noise(k * n, 2);
        Tensor<float> c = device.Allocate<float>(new Shape(m, n));
        new MatMul(device, new MatMulShape(m, n, k)).Multiply(
            device.Upload<float>(new Shape(m, k), a), device.Upload<float>(new Shape(k, n), b), c);
        double[] expected = new double[m * n];
        for (int i = 0; i < expected.Length; i++)
        {
            for (int j = 0; j < k; j++)
            {
                expected[i] += (double)a[(i / n * k) + j] * b[(j * n) + (i % n)];
            }
        }

        return new OperatorCheck("matrix product", LargestError(c, expected), Rounding);
    }

    private static OperatorCheck CheckConvolution(ComputeDevice device)
    {
        var shape = new Conv1dShape(2, 3, 37, 5, 4, Stride: 2, Padding: 1, Dilation: 1, Groups: 1);
        float[] x = Noise(2 * 3 * 37, 3);
        float[] weight = Noise(5 * 3 * 4, 4);
        float[] bias = Noise(5, 5);
        int length = shape.OutputLength;
        Tensor<float> y = device.Allocate<float>(new Shape(2, 5, length));
        new Conv1d(device, shape).Forward(
            device.Upload<float>(new Shape(2, 3, 37), x), device.Upload<float>(shape.Weight, weight),
            device.Upload<float>(new Shape(5), bias), y);
        double[] expected = new double[y.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            (int batch, int filter, int step) = (i / (5 * length), i / length % 5, i % length);
            expected[i] = bias[filter];
            for (int tap = 0; tap < 3 * 4; tap++)
            {
                int at = (step * 2) + (tap % 4) - 1;
                expected[i] += at is < 0 or >= 37
                    ? 0
                    : (double)weight[(filter * 3 * 4) + tap] * x[(((batch * 3) + (tap / 4)) * 37) + at];
            }
        }

        return new OperatorCheck("convolution", LargestError(y, expected), Rounding);
    }

    private static OperatorCheck CheckRelu(ComputeDevice device)
    {
        float[] x = Noise(1000, 6);
        Tensor<float> y = device.Allocate<float>(new Shape(x.Length));
        new Activation<Relu>(device, x.Length).Forward(device.Upload<float>(new Shape(x.Length), x), y);
        return new OperatorCheck("ReLU", LargestError(y, Array.ConvertAll(x, one => Math.Max((double)one, 0))), 0);
    }

    private static double LargestError(Tensor<float> values, double[] expected)
    {
        double largest = 0;
        float[] got = values.ToArray();
        for (int i = 0; i < got.Length; i++)
        {
            double error = Math.Abs(got[i] - expected[i]);
            largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
        }

        return largest;
    }

    private static float[] Noise(int length, uint stream)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = (2 * Philox.ToUniform(Philox.Generate(1, 0, stream, (uint)i).X)) - 1;
        }

        return values;
    }
}
