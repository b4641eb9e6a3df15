using System.Runtime.Intrinsics;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The host body of <see cref="Resample"/>: a block of a row's outputs a part. Where all taps lie within the row, they
/// are taken in whole vectors; at its ends, one by one.
/// </summary>
internal static unsafe class ResampleHost
{
    private const int BlockLength = 2048;

    public static void Forward(ResamplePlan plan, Tensor<float> x, Tensor<float> y)
    {
        int blocks = (plan.Outputs + BlockLength - 1) / BlockLength;
        plan.Device.Workers.Run(x.Shape[0] * blocks, new Body(plan, x.Address, y.Address, blocks));
    }

    private readonly struct Body(ResamplePlan plan, float* x, float* y, int blocks) : IHostBody
    {
        private readonly float* weights = plan.Weights.Address;
        private readonly int* starts = plan.Starts.Address;
        private readonly int samples = plan.Samples;
        private readonly int paddedTaps = plan.PaddedTaps;

        public void Run(int part, int worker)
        {
            int row = part / blocks;
            int first = (part - (row * blocks)) * BlockLength;
            int last = Math.Min(first + BlockLength, plan.Outputs);
            float* input = x + ((long)row * samples);
            float* output = y + ((long)row * plan.Outputs);
            int phase = first % plan.To;
            int origin = first / plan.To * plan.From;
            for (int n = first; n < last; n++)
            {
                int start = origin + starts[phase];
                float* taps = weights + ((long)phase * paddedTaps);
                output[n] = start >= 0 && start <= samples - paddedTaps
                    ? Inside(input + start, taps)
                    : AtTheEnds(input, start, taps);
                if (++phase == plan.To)
                {
                    phase = 0;
                    origin += plan.From;
                }
            }
        }

        private float Inside(float* from, float* taps)
        {
            Vector512<float> sum = Vector512.Load(from) * Vector512.Load(taps);
            for (int k = ResamplePlan.TapBlock; k < paddedTaps; k += ResamplePlan.TapBlock)
            {
                sum = Vector512.MultiplyAddEstimate(Vector512.Load(from + k), Vector512.Load(taps + k), sum);
            }

            return Vector512.Sum(sum);
        }

        private float AtTheEnds(float* input, int start, float* taps)
        {
            float sum = 0;
            int end = (int)Math.Min(plan.Taps, (long)samples - start);
            for (int k = Math.Max(0, -start); k < end; k++)
            {
                sum += input[start + k] * taps[k];
            }

            return sum;
        }
    }
}
