using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The host body of <see cref="SigmoidCrossEntropy"/>: blocks of rows, eight elements at a time along the classes; each
/// block leaves its sum in float64, the caller adds them in order.
/// </summary>
internal static unsafe class SigmoidCrossEntropyHost
{
    /// <summary>Floats of scratch: a float64 sum a block.</summary>
    public static int ScratchLength(int rows, int classes) => 2 * RowBlocks.Count(rows, classes);

    public static void Run(
        ComputeDevice device, Tensor<float> logits, Tensor<float> targets, Tensor<float>? positiveWeights,
        Tensor<float> loss, Tensor<float>? dLogits)
    {
        int rows = logits.Shape[0];
        int classes = logits.Shape[1];
        double* sums = (double*)device.Scratch.TakeAddress(ScratchLength(rows, classes));
        int blocks = RowBlocks.Count(rows, classes);
        device.Workers.Run(blocks, HostWork.OfFunctions(2L * rows * classes), new Body(
            logits.Address, targets.Address, positiveWeights is null ? null : positiveWeights.Address,
            dLogits is null ? null : dLogits.Address, sums, rows, classes));

        double sum = 0;
        for (int block = 0; block < blocks; block++)
        {
            sum += sums[block];
        }

        loss.Span[0] = (float)(sum / logits.Length);
    }

    private readonly struct Body(
        float* logits, float* targets, float* weights, float* dLogits, double* sums, int rows, int classes) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            double loss = 0;
            if (weights == null)
            {
                loss = Sum(firstRow * classes, count * classes);
            }
            else
            {
                for (int row = firstRow; row < firstRow + count; row++)
                {
                    loss += Sum(row * classes, classes);
                }
            }

            sums[part] = loss;
        }

        /// <summary>The sum over elements: whole vectors, then the rest, filled up with elements of no loss.</summary>
        private double Sum(int start, int count)
        {
            const int Lanes = 8;
            double loss = 0;
            int i = 0;
            for (; i <= count - Lanes; i += Lanes)
            {
                Vector256<float> weight = weights == null ? Vector256<float>.One : Vector256.Load(weights + i);
                loss += Element(
                    Vector256.Load(logits + start + i), Vector256.Load(targets + start + i), weight,
                    out Vector256<float> gradient);
                if (dLogits != null)
                {
                    gradient.Store(dLogits + start + i);
                }
            }

            if (i < count)
            {
                float* rest = stackalloc float[4 * Lanes];
                float* target = rest + Lanes;
                float* weight = target + Lanes;
                float* result = weight + Lanes;
                for (int lane = 0; lane < Lanes; lane++)
                {
                    bool there = i + lane < count;
                    rest[lane] = there ? logits[start + i + lane] : float.PositiveInfinity;
                    target[lane] = there ? targets[start + i + lane] : 1f;
                    weight[lane] = there && weights != null ? weights[i + lane] : 1f;
                }

                loss += Element(
                    Vector256.Load(rest), Vector256.Load(target), Vector256.Load(weight),
                    out Vector256<float> gradient);
                gradient.Store(result);
                for (int lane = 0; i + lane < count && dLogits != null; lane++)
                {
                    dLogits[start + i + lane] = result[lane];
                }
            }

            return loss;
        }

        private float Element(
            Vector256<float> x, Vector256<float> t, Vector256<float> weight, out Vector256<float> gradient)
        {
            Vector256<float> one = Vector256<float>.One;
            Vector256<float> positive = weight * t;
            Vector256<float> negative = one - t;
            Vector256<float> e = Vector256.Exp(-Vector256.Abs(x));
            Vector256<float> log = Elementary.LogOnePlus(e);
            Vector256<float> below = Vector256.LessThan(x, Vector256<float>.Zero);
            Vector256<float> share = one / (one + e);
            Vector256<float> rest = e * share;
            gradient = Vector256.Create(1f / (rows * classes)) *
                ((negative * Vector256.ConditionalSelect(below, rest, share)) -
                (positive * Vector256.ConditionalSelect(below, share, rest)));
            return Vector256.Sum(
                Term(positive, (-x & below) + log) + Term(negative, Vector256.AndNot(x, below) + log));
        }

        /// <summary>The product; 0 where the factor is and the softplus infinite.</summary>
        private static Vector256<float> Term(Vector256<float> factor, Vector256<float> softplus) => Vector256.AndNot(
            factor * softplus,
            Vector256.Equals(factor, Vector256<float>.Zero) & Vector256.IsPositiveInfinity(softplus));
    }
}
