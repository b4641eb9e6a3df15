// The portable kernel of WaveletTransform.
//   Level: a thread a place of a_{i+1} and d_{i+1}; approximations take turns in two buffers, the last one goes to the
//   coefficients.
using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernel of <see cref="WaveletTransform"/> and how it is launched.</summary>
internal static class WaveletKernels
{
    /// <summary>Two buffers of the longest approximation; none for one level.</summary>
    public static long ScratchLength(WaveletPlan plan) =>
        plan.Levels > 1 ? 2L * plan.Batch * plan.Lengths[1..].Max() : 0;

    public static void Forward(WaveletPlan plan, Tensor<float> x, Tensor<float> coefficients)
    {
        long half = ScratchLength(plan) / 2;
        ArrayView<float> source = x.View;
        for (int level = 1; level <= plan.Levels; level++)
        {
            bool isLast = level == plan.Levels;
            ArrayView<float> target = isLast
                ? coefficients.View
                : plan.Device.Scratch.Take(2 * half).SubView(level % 2 * half, half);
            plan.Device.Load<Args>(Level).LaunchOver(
                (long)plan.Batch * plan.Lengths[level],
                new Args(
                    plan, level, source, target, isLast ? plan.Output[1] : plan.Lengths[level], coefficients.View));
            source = target;
        }
    }

    internal static void Level(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Results; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Results;
            int o = i - (row * a.Results);
            float low = 0f;
            float high = 0f;
            for (int j = 0; j < a.Taps; j++)
            {
                int position = (2 * o) + a.Shift - j;
                int folded = ((position % a.Period) + a.Period) % a.Period;
                int beyond = a.IsMirrored != 0 ? a.Period - 1 - folded : a.Length - 1;
                float sample = a.Source[(row * a.Length) + (folded < a.Length ? folded : beyond)];
                low += a.Filters[j] * sample;
                high += a.Filters[a.Taps + j] * sample;
            }

            a.Approximation[(row * a.ApproximationStride) + o] = low;
            a.Coefficients[(row * a.CoefficientStride) + a.Place + o] = high;
        }
    }

    internal readonly struct Args(
        WaveletPlan plan, int level, ArrayView<float> source, ArrayView<float> approximation, int approximationStride,
        ArrayView<float> coefficients)
    {
        public readonly ArrayView<float> Source = source;
        public readonly ArrayView<float> Approximation = approximation;
        public readonly ArrayView<float> Coefficients = coefficients;
        public readonly ArrayView<float> Filters = plan.Filters.View;
        public readonly int Batch = plan.Batch;
        public readonly int Length = plan.Lengths[level - 1];
        public readonly int Results = plan.Lengths[level];
        public readonly int ApproximationStride = approximationStride;
        public readonly int CoefficientStride = plan.Output[1];
        public readonly int Place = plan.Place(level);
        public readonly int Taps = plan.Taps;
        public readonly int Shift = plan.Shift;
        public readonly int IsMirrored = plan.Border == WaveletBorder.Symmetric ? 1 : 0;
        public readonly int Period = plan.Border == WaveletBorder.Symmetric
            ? 2 * plan.Lengths[level - 1]
            : plan.Lengths[level - 1] + (plan.Lengths[level - 1] % 2);
    }
}
