// The ladder: 1 (here) a group of threads for each group of a clip, forward and for dX; for dGamma and dBeta a group of
// threads a channel, over all clips, so that their sums need no second stage. A tree of sums in shared memory between
// the passes. More threads a group would pay where clips are few and long.
using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="GroupNorm"/>.</summary>
internal static class GroupNormKernels
{
    public static void Forward(ForwardArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        GroupNormNumbers n = a.Numbers;
        int start = Grid.IdxX * n.Count;
        float total = BlockSum.OfThread(new Distances(a.X, start, 0f), n.Count).X;
        float mean = GroupSum.Of(shared, total) / n.Count;
        Float2 mine = BlockSum.OfThread(new Distances(a.X, start, mean), n.Count);

        // What rounding the mean left: it is taken from the squares again, and given to the mean.
        float rest = GroupSum.Of(shared, mine.X);
        float variance = (GroupSum.Of(shared, mine.Y) - (rest * rest / n.Count)) / n.Count;
        mean += rest / n.Count;
        float inverse = 1f / MathF.Sqrt(variance + n.Epsilon);
        if (Group.IdxX == 0)
        {
            a.Statistics[Grid.IdxX] = mean;
            a.Statistics[(n.Batch * n.Groups) + Grid.IdxX] = inverse;
        }

        int channel = Grid.IdxX % n.Groups * n.ChannelsOfGroup;
        for (int i = Group.IdxX; i < n.Count; i += Group.DimX)
        {
            int c = channel + (i / n.Length);
            a.Y[start + i] = ((a.X[start + i] - mean) * (a.Gamma[c] * inverse)) + a.Beta[c];
        }
    }

    public static void ParameterGradients(ParameterArgs a) => ChannelGradients.Add(
        new ParameterTerms(a, Grid.IdxX), a.Numbers.Batch * a.Numbers.Length, a.DGamma, a.DBeta);

    public static void InputGradient(InputArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        GroupNormNumbers n = a.Numbers;
        int start = Grid.IdxX * n.Count;
        int channel = Grid.IdxX % n.Groups * n.ChannelsOfGroup;
        float mean = a.Statistics[Grid.IdxX];
        float inverse = a.Statistics[(n.Batch * n.Groups) + Grid.IdxX];
        Float2 mine = BlockSum.OfThread(new InputTerms(a, start, channel, mean, inverse), n.Count);
        float centre = GroupSum.Of(shared, mine.X) / n.Count;
        float slope = GroupSum.Of(shared, mine.Y) / n.Count;
        for (int i = Group.IdxX; i < n.Count; i += Group.DimX)
        {
            float h = (a.X[start + i] - mean) * inverse;
            float gradient = a.DY[start + i] * a.Gamma[channel + (i / n.Length)];
            a.DX[start + i] = inverse * (gradient - centre - (h * slope));
        }
    }

    internal readonly record struct ForwardArgs(
        ArrayView<float> X, ArrayView<float> Gamma, ArrayView<float> Beta, ArrayView<float> Statistics,
        ArrayView<float> Y, GroupNormNumbers Numbers);

    internal readonly record struct ParameterArgs(
        ArrayView<float> X, ArrayView<float> Statistics, ArrayView<float> DY, ArrayView<float> DGamma,
        ArrayView<float> DBeta, GroupNormNumbers Numbers);

    internal readonly record struct InputArgs(
        ArrayView<float> X, ArrayView<float> Gamma, ArrayView<float> Statistics, ArrayView<float> DY,
        ArrayView<float> DX, GroupNormNumbers Numbers);

    /// <summary>The distances of a group's values from the mean, and their squares.</summary>
    private readonly record struct Distances(ArrayView<float> X, int Start, float Mean) : ITerms
    {
        public Float2 At(int i)
        {
            float distance = X[Start + i] - Mean;
            return new Float2(distance, distance * distance);
        }
    }

    /// <summary>dY and dY h of a channel, value i being step i % T of clip i / T.</summary>
    private readonly record struct ParameterTerms(ParameterArgs A, int Channel) : ITerms
    {
        public Float2 At(int i)
        {
            GroupNormNumbers n = A.Numbers;
            int clip = i / n.Length;
            int at = (((clip * n.Channels) + Channel) * n.Length) + (i % n.Length);
            int statistics = (clip * n.Groups) + (Channel / n.ChannelsOfGroup);
            float gradient = A.DY[at];
            float h = (A.X[at] - A.Statistics[statistics]) * A.Statistics[(n.Batch * n.Groups) + statistics];
            return new Float2(gradient, gradient * h);
        }
    }

    /// <summary>g and g h of a group of a clip.</summary>
    private readonly record struct InputTerms(InputArgs A, int Start, int Channel, float Mean, float Inverse) : ITerms
    {
        public Float2 At(int i)
        {
            float gradient = A.DY[Start + i] * A.Gamma[Channel + (i / A.Numbers.Length)];
            return new Float2(gradient, gradient * ((A.X[Start + i] - Mean) * Inverse));
        }
    }
}
