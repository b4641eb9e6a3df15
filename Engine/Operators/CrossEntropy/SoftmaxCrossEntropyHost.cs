using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The host body of <see cref="SoftmaxCrossEntropy"/>: blocks of rows that stay in L1, vectors along the classes; each
/// block leaves its sum in float64, the caller adds them in order.
/// </summary>
internal static unsafe class SoftmaxCrossEntropyHost
{
    /// <summary>Floats of scratch: a float64 sum a block, and where no gradient is wanted the exponentials.</summary>
    public static int ScratchLength(int rows, int classes) => SumsLength(rows, classes) + (rows * classes);

    public static void Run(
        ComputeDevice device, Tensor<float> logits, Tensor<int> targets, Tensor<float>? classWeights,
        Tensor<float> loss, Tensor<float>? dLogits, MixedTargets? mixed, float labelSmoothing)
    {
        int rows = logits.Shape[0];
        int classes = logits.Shape[1];
        float* scratch = device.Scratch.TakeAddress(ScratchLength(rows, classes));
        ReadOnlySpan<float> weights = classWeights is null ? default : classWeights.Span;
        double weightOfTargets = SumWeights(
            targets.Span, mixed is null ? default : mixed.Targets.Span, mixed is null ? default : mixed.Shares.Span,
            weights, classes);
        double weightOfClasses = classes;
        if (!weights.IsEmpty)
        {
            weightOfClasses = 0;
            foreach (float weight in weights)
            {
                weightOfClasses += weight;
            }
        }

        float* exponentials = dLogits is null ? scratch + SumsLength(rows, classes) : dLogits.Address;
        var body = new Body(
            logits.Address, targets.Address, mixed is null ? null : mixed.Targets.Address,
            mixed is null ? null : mixed.Shares.Address,
            classWeights is null ? null : classWeights.Address, exponentials,
            (double*)scratch, rows, classes, labelSmoothing, (float)(labelSmoothing * weightOfClasses / classes),
            (float)(1 / weightOfTargets), dLogits is not null);
        int blocks = RowBlocks.Count(rows, classes);
        device.Workers.Run(blocks, HostWork.OfFunctions((long)rows * classes), body);

        double sum = 0;
        for (int block = 0; block < blocks; block++)
        {
            sum += ((double*)scratch)[block];
        }

        loss.Span[0] = (float)(sum / weightOfTargets);
    }

    /// <summary>Two floats a block, up to the next 256 bytes.</summary>
    private static int SumsLength(int rows, int classes) => ((2 * RowBlocks.Count(rows, classes)) + 63) / 64 * 64;

    internal static double SumWeights(
        ReadOnlySpan<int> targets, ReadOnlySpan<int> seconds, ReadOnlySpan<float> shares,
        ReadOnlySpan<float> weights, int classes)
    {
        double sum = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            double share = seconds.IsEmpty ? 0 : shares[row];
            sum += (1 - share) * WeightOf(row, targets[row], weights, classes);
            sum += seconds.IsEmpty ? 0 : share * WeightOf(row, seconds[row], weights, classes);
        }

        return sum;
    }

    private static double WeightOf(int row, int target, ReadOnlySpan<float> weights, int classes) =>
        (uint)target >= (uint)classes
            ? throw new ArgumentException(
                $"the target of row {row} is {target}, but targets are classes from 0 to {classes - 1}", nameof(target))
            : weights.IsEmpty ? 1 : weights[target];

    private readonly struct Body(
        float* logits, int* targets, int* seconds, float* shares, float* weights, float* exponentials,
        double* sums, int rows, int classes,
        float labelSmoothing, float smoothSum, float inverseWeight, bool wantGradient) : IHostBody
    {
        public void Run(int part, int worker)
        {
            (int firstRow, int count) = RowBlocks.Range(part, rows, classes);
            float smooth = labelSmoothing / classes;
            double loss = 0;
            for (int row = firstRow; row < firstRow + count; row++)
            {
                var shifted = new Span<float>(exponentials + (row * classes), classes);
                SoftmaxHost.SubtractMax(new ReadOnlySpan<float>(logits + (row * classes), classes), shifted);
                (int target, float certain, int second, float secondCertain) = TargetsOf(row);
                loss -= Term(certain, shifted[target]) + Term(secondCertain, shifted[second]);
                if (smooth > 0f)
                {
                    loss -= smooth * (weights == null
                        ? TensorPrimitives.Sum(shifted)
                        : Weighted(shifted, new ReadOnlySpan<float>(weights, classes)));
                }
            }

            var block = new Span<float>(exponentials + (firstRow * classes), count * classes);
            TensorPrimitives.Exp(block, block);
            for (int row = 0; row < count; row++)
            {
                Span<float> one = block.Slice(row * classes, classes);
                (int target, float certain, int second, float secondCertain) = TargetsOf(firstRow + row);
                float sum = TensorPrimitives.Sum(one);
                float all = certain + secondCertain + smoothSum;
                loss += all * Math.Log(sum);
                if (wantGradient)
                {
                    Gradient(one, all / sum, smooth);
                    one[target] -= certain * inverseWeight;
                    one[second] -= secondCertain * inverseWeight;
                }
            }

            sums[part] = loss;
        }

        /// <summary>The product; 0 where the share is, though the logit be minus infinity.</summary>
        private static float Term(float share, float shifted) => share == 0f ? 0f : share * shifted;

        /// <summary>The sum of the products, in which a weight of 0 leaves a logit of minus infinity out.</summary>
        private static float Weighted(ReadOnlySpan<float> shifted, ReadOnlySpan<float> weights)
        {
            float sum = TensorPrimitives.Dot(shifted, weights);
            if (float.IsNaN(sum))
            {
                sum = 0f;
                for (int c = 0; c < shifted.Length; c++)
                {
                    sum += Term(weights[c], shifted[c]);
                }
            }

            return sum;
        }

        /// <summary>The classes that are certain of a row, and how much; the second may be none.</summary>
        private (int Target, float Certain, int Second, float SecondCertain) TargetsOf(int row)
        {
            int target = targets[row];
            if (seconds == null)
            {
                return (target, Certain(target), target, 0f);
            }

            float share = shares[row];
            return (target, (1f - share) * Certain(target), seconds[row], share * Certain(seconds[row]));
        }

        private float Certain(int target) => (1f - labelSmoothing) * (weights == null ? 1f : weights[target]);

        private void Gradient(Span<float> exponentials, float scale, float smooth)
        {
            TensorPrimitives.Multiply(exponentials, scale * inverseWeight, exponentials);
            if (smooth > 0f && weights == null)
            {
                TensorPrimitives.Subtract(exponentials, smooth * inverseWeight, exponentials);
            }
            else if (smooth > 0f)
            {
                TensorPrimitives.MultiplyAdd(
                    new ReadOnlySpan<float>(weights, classes), -smooth * inverseWeight, exponentials, exponentials);
            }
        }
    }
}
