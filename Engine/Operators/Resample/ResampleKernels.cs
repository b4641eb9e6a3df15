using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="Resample"/>: one thread an output, striding over the grid.</summary>
internal static class ResampleKernels
{
    public static void Forward(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Outputs;
            int n = i - (row * a.Outputs);
            int block = n / a.To;
            int phase = n - (block * a.To);
            int start = (block * a.From) + a.Starts[phase];
            int first = start < 0 ? -start : 0;
            int end = a.Samples - start < a.Taps ? a.Samples - start : a.Taps;
            float sum = 0f;
            for (int k = first; k < end; k++)
            {
                sum += a.Weights[(k * a.Phases) + phase] * a.X[(row * a.Samples) + start + k];
            }

            a.Y[i] = sum;
        }
    }

    internal readonly struct Args(ResamplePlan plan, ArrayView<float> x, ArrayView<float> y)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<float> Weights = plan.Weights.View;
        public readonly ArrayView<int> Starts = plan.Starts.View;
        public readonly int Length = (int)y.Length;
        public readonly int Samples = plan.Samples;
        public readonly int Outputs = plan.Outputs;
        public readonly int From = plan.From;
        public readonly int To = plan.To;
        public readonly int Phases = plan.Phases;
        public readonly int Taps = plan.Taps;
    }
}
