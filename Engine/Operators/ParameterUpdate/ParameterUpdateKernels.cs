using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels around an optimiser's step: one thread an element, striding over the grid.</summary>
internal static class ParameterUpdateKernels
{
    /// <summary>See <see cref="WeightDecay"/>.</summary>
    public static void Decay(DecayArgs a)
    {
        float amount = a.Decoupled != 0 ? a.LearningRate[0] * a.Rate : a.Rate;
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float decay = amount * a.Shares[i];
            if (a.Decoupled != 0)
            {
                a.Values[i] *= 1f - decay;
            }
            else
            {
                a.Gradients[i] += decay * a.Values[i];
            }
        }
    }

    /// <summary>First pass of <see cref="GradientClip"/>: each group the sum of squares of its share.</summary>
    public static void SquareSums(SquareSumsArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        float mine = 0f;
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            mine += a.X[i] * a.X[i];
        }

        float sum = GroupSum.Of(shared, mine);
        if (Group.IdxX == 0)
        {
            a.Partials[Grid.IdxX] = sum;
        }
    }

    /// <summary>Second pass: each group adds all sums, in the same order, and scales its share.</summary>
    public static void Clip(ClipArgs a)
    {
        float sum = 0f;
        for (int i = 0; i < a.Groups; i++)
        {
            sum += a.Partials[i];
        }

        float scale = GradientClip.ScaleOf(a.Most, MathF.Sqrt(sum));
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.X[i] *= scale;
        }
    }

    /// <summary>See <see cref="RateFactors.End"/>.</summary>
    public static void Share(ShareArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float before = a.Before[i];
            a.Values[i] = RateFactors.Between(before, a.Values[i], a.Factors[i]);
        }
    }

    /// <summary>See <see cref="MovingAverage"/>.</summary>
    public static void Average(AverageArgs a)
    {
        float share = MovingAverage.ShareOf(a.Decay, a.Step[0]);
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            float average = a.Averages[i];
            a.Averages[i] = average + (share * (a.Values[i] - average));
        }
    }

    /// <summary>See <see cref="ScaleBy"/>.</summary>
    public static void Scale(ScaleArgs a)
    {
        float factor = a.Factor[0];
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.X[i] *= factor;
        }
    }

    internal readonly record struct DecayArgs(
        ArrayView<float> Values, ArrayView<float> Gradients, ArrayView<float> Shares, ArrayView<float> LearningRate,
        int Length, float Rate, int Decoupled);

    internal readonly record struct SquareSumsArgs(ArrayView<float> X, ArrayView<float> Partials, int Length);

    internal readonly record struct ClipArgs(
        ArrayView<float> X, ArrayView<float> Partials, int Length, int Groups, float Most);

    internal readonly record struct ShareArgs(
        ArrayView<float> Values, ArrayView<float> Before, ArrayView<float> Factors, int Length);

    internal readonly record struct AverageArgs(
        ArrayView<float> Values, ArrayView<float> Averages, ArrayView<int> Step, int Length, float Decay);

    internal readonly record struct ScaleArgs(ArrayView<float> X, ArrayView<float> Factor, int Length);
}
