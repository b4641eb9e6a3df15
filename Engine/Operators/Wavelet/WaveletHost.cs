using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The host body of <see cref="WaveletTransform"/>, a row a part. The row, continued beyond its ends, is split into its
/// even and odd samples; each tap then meets neighbouring samples of one of them.
/// </summary>
internal static unsafe class WaveletHost
{
    /// <summary>For each worker: even and odd samples, and an approximation.</summary>
    public static long ScratchLength(WaveletPlan plan) => plan.Device.Workers.Count * PerWorker(plan);

    public static void Forward(WaveletPlan plan, Tensor<float> x, Tensor<float> coefficients) =>
        plan.Device.Workers.Run(
            plan.Batch,
            new Body(plan, x.Address, coefficients.Address, plan.Device.Scratch.TakeAddress(ScratchLength(plan))));

    private static int Longest(WaveletPlan plan) => plan.Lengths[1..].Max();

    private static long PerWorker(WaveletPlan plan) => (3L * Longest(plan)) + (2L * plan.Taps);

    private readonly struct Body(WaveletPlan plan, float* x, float* coefficients, float* scratch) : IHostBody
    {
        private readonly long perWorker = PerWorker(plan);
        private readonly int longest = Longest(plan);
        private readonly float* filters = plan.Filters.Address;

        public void Run(int part, int worker)
        {
            float* approximation = scratch + (worker * perWorker);
            float* even = approximation + longest;
            float* odd = even + longest + plan.Taps;
            float* source = x + ((long)part * plan.Lengths[0]);
            float* row = coefficients + ((long)part * plan.Output[1]);
            for (int level = 1; level <= plan.Levels; level++)
            {
                int results = plan.Lengths[level];
                Split(source, plan.Lengths[level - 1], results, even, odd);
                float* target = level == plan.Levels ? row : approximation;
                Filter(filters, even, odd, target, results);
                Filter(filters + plan.Taps, even, odd, row + plan.Place(level), results);
                source = target;
            }
        }

        /// <summary>even[i], odd[i]: the samples at 2 i and 2 i + 1, counted from F - 1 - s before the row.</summary>
        private void Split(float* source, int length, int results, float* even, float* odd)
        {
            int first = plan.Shift - (plan.Taps - 1);
            int pairs = results + (plan.Taps / 2) - 1;
            for (int i = 0; i < pairs; i++)
            {
                int at = first + (2 * i);
                bool isInside = at >= 0 && at + 1 < length;
                even[i] = source[isInside ? at : plan.SourceIndex(at, length)];
                odd[i] = source[isInside ? at + 1 : plan.SourceIndex(at + 1, length)];
            }
        }

        /// <summary>target[o] = sum_j filter[j] sample[2 o + F - 1 - j], counted as above.</summary>
        private void Filter(float* filter, float* even, float* odd, float* target, int results)
        {
            var sum = new Span<float>(target, results);
            sum.Clear();
            for (int j = 0; j < plan.Taps; j++)
            {
                int m = plan.Taps - 1 - j;
                float* samples = (m % 2 == 0 ? even : odd) + (m / 2);
                TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(samples, results), filter[j], sum, sum);
            }
        }
    }
}
