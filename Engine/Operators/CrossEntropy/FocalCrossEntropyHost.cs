using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The host body of <see cref="FocalCrossEntropy"/>: blocks of rows, exponentials by vectors along the classes; each
/// block leaves its sum in float64, the caller adds them in order.
/// </summary>
internal static unsafe class FocalCrossEntropyHost
{
    /// <summary>Floats of scratch: a float64 sum a block, and the exponentials.</summary>
    public static int ScratchLength(int rows, int classes) => SumsLength(rows, classes) + (rows * classes);

    public static void Run(
        ComputeDevice device, Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights,
        Tensor<float> loss, Tensor<float>? dLogits, MixedTargets? mixed, float gamma, float labelSmoothing)
    {
        int rows = logits.Shape[0];
        int classes = logits.Shape[1];
        float* scratch = device.Scratch.TakeAddress(ScratchLength(rows, classes));
        double weightOfTargets = SoftmaxCrossEntropyHost.SumWeights(
            targets.Span, mixed is null ? default : mixed.Targets.Span, mixed is null ? default : mixed.Shares.Span,
            classWeights is null ? default : classWeights.Span, classes);
        int blocks = RowBlocks.Count(rows, classes);
        device.Workers.Run(blocks, HostWork.OfFunctions(2L * rows * classes), new Body(
            logits.Address, targets.Address, mixed is null ? null : mixed.Targets.Address,
            mixed is null ? null : mixed.Shares.Address, classWeights is null ? null : classWeights.Address,
            scratch + SumsLength(rows, classes), dLogits is null ? null : dLogits.Address, (double*)scratch, rows,
            classes, gamma, labelSmoothing, (float)(1 / weightOfTargets)));

        double sum = 0;
        for (int block = 0; block < blocks; block++)
        {
            sum += ((double*)scratch)[block];
        }

        loss.Span[0] = (float)(sum / weightOfTargets);
    }

    /// <summary>Two floats a block, up to the next 256 bytes.</summary>
    private static int SumsLength(int rows, int classes) => ((2 * RowBlocks.Count(rows, classes)) + 63) / 64 * 64;

    private readonly struct Body(
        float* logits, int* targets, int* seconds, float* shares, float* weights, float* exponentials, float* dLogits,
        double* sums, int rows, int classes, float gamma, float labelSmoothing, float inverseWeight) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            double loss = 0;
            for (int row = firstRow; row < firstRow + count; row++)
            {
                loss += Row(row);
            }

            sums[part] = loss;
        }

        private float Row(int row)
        {
            var x = new ReadOnlySpan<float>(logits + (row * classes), classes);
            var e = new Span<float>(exponentials + (row * classes), classes);
            SoftmaxHost.SubtractMax(x, e);
            TensorPrimitives.Exp(e, e);
            float max = TensorPrimitives.Max(x);
            float sum = TensorPrimitives.Sum(e);
            float log = MathF.Log(sum);
            float loss = 0f;
            float slopes = 0f;
            for (int c = 0; c < classes; c++)
            {
                float share = ShareOf(row, c);
                if (share != 0f)
                {
                    var term = new FocalTerm(x[c] - max, e[c], sum, log, gamma);
                    loss += share * term.Loss;
                    slopes += share * term.Slope;
                }
            }

            if (dLogits != null)
            {
                for (int c = 0; c < classes; c++)
                {
                    float share = ShareOf(row, c);
                    float slope = share == 0f ? 0f : share * new FocalTerm(x[c] - max, e[c], sum, log, gamma).Slope;
                    dLogits[(row * classes) + c] = (slope - (e[c] / sum * slopes)) * inverseWeight;
                }
            }

            return loss;
        }

        /// <summary>a_c of the contract.</summary>
        private float ShareOf(int row, int c)
        {
            float second = seconds == null ? 0f : shares[row];
            float certain = (c == targets[row] ? 1f - second : 0f)
                + (seconds != null && c == seconds[row] ? second : 0f);
            float weight = weights == null ? 1f : weights[c];
            return weight * (((1f - labelSmoothing) * certain) + (labelSmoothing / classes));
        }
    }
}
