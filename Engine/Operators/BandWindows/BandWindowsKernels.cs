using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="BandWindows"/>: one thread an element of what is assigned.</summary>
internal static class BandWindowsKernels
{
    public static void Forward(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Width;
            int window = row / a.Bands;
            int clip = window / a.Windows;
            int band = ((window - (clip * a.Windows)) * a.Stride) - a.Padding + (row - (window * a.Bands));
            a.To[i] = band >= 0 && band < a.InputBands
                ? a.From[(((clip * a.InputBands) + band) * a.Width) + (i - (row * a.Width))]
                : 0;
        }
    }

    public static void Backward(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Width;
            int clip = row / a.InputBands;
            int padded = row - (clip * a.InputBands) + a.Padding;
            float sum = 0;
            for (int r = 0; r < a.Bands; r++)
            {
                int at = padded - r;
                int window = at / a.Stride;
                if (at >= 0 && window * a.Stride == at && window < a.Windows)
                {
                    int source = (((clip * a.Windows) + window) * a.Bands) + r;
                    sum += a.From[(source * a.Width) + (i - (row * a.Width))];
                }
            }

            a.To[i] = sum;
        }
    }

    /// <summary><c>Count</c> elements of what is assigned.</summary>
    internal readonly record struct Args(
        ArrayView<float> From, ArrayView<float> To, int Count, int InputBands, int Windows, int Bands, int Width,
        int Stride, int Padding)
    {
        public Args(ArrayView<float> from, ArrayView<float> to, int count, BandWindowsShape shape)
            : this(
                from, to, count, shape.InputBands, shape.Windows, shape.Bands, shape.Width, shape.Stride, shape.Padding)
        {
        }
    }
}
