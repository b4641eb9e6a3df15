// The ladder: 1 (here) a group of threads for each group of a clip, forward and for dX; for dGamma and dBeta a group of
// threads a channel, over all clips, so that their sums need no second stage. A tree of sums in shared memory between
// the passes. More threads a group would pay where clips are few and long.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="GroupNorm"/>.</summary>
internal static class GroupNormKernels
{
    // A thread's sum goes block by block, so that its error grows with the number of blocks alone.
    private const int TermsOfBlock = 64;

    public static void Forward(ForwardArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        GroupNormNumbers n = a.Numbers;
        int start = Grid.IdxX * n.Count;
        float total = 0f;
        for (int first = Group.IdxX; first < n.Count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(n.Count, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                part += a.X[start + i];
            }

            total += part;
        }

        float mean = GroupSum.Of(shared, total) / n.Count;
        float distances = 0f;
        float squares = 0f;
        for (int first = Group.IdxX; first < n.Count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(n.Count, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            float partOfSquares = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                float distance = a.X[start + i] - mean;
                part += distance;
                partOfSquares += distance * distance;
            }

            distances += part;
            squares += partOfSquares;
        }

        // What rounding the mean left: it is taken from the squares again, and given to the mean.
        float rest = GroupSum.Of(shared, distances);
        float variance = (GroupSum.Of(shared, squares) - (rest * rest / n.Count)) / n.Count;
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

    public static void ParameterGradients(ParameterArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        GroupNormNumbers n = a.Numbers;
        int channel = Grid.IdxX;
        int group = channel / n.ChannelsOfGroup;
        int count = n.Batch * n.Length;
        float mine = 0f;
        float mineByValue = 0f;
        for (int first = Group.IdxX; first < count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(count, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            float partByValue = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                int clip = i / n.Length;
                int at = (((clip * n.Channels) + channel) * n.Length) + (i % n.Length);
                int statistics = (clip * n.Groups) + group;
                float gradient = a.DY[at];
                float h = (a.X[at] - a.Statistics[statistics]) * a.Statistics[(n.Batch * n.Groups) + statistics];
                part += gradient;
                partByValue += gradient * h;
            }

            mine += part;
            mineByValue += partByValue;
        }

        float sum = GroupSum.Of(shared, mine);
        float sumByValue = GroupSum.Of(shared, mineByValue);
        if (Group.IdxX == 0)
        {
            a.DBeta[channel] += sum;
            a.DGamma[channel] += sumByValue;
        }
    }

    public static void InputGradient(InputArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        GroupNormNumbers n = a.Numbers;
        int start = Grid.IdxX * n.Count;
        int channel = Grid.IdxX % n.Groups * n.ChannelsOfGroup;
        float mean = a.Statistics[Grid.IdxX];
        float inverse = a.Statistics[(n.Batch * n.Groups) + Grid.IdxX];
        float mine = 0f;
        float mineByValue = 0f;
        for (int first = Group.IdxX; first < n.Count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(n.Count, first + (TermsOfBlock * Group.DimX));
            float part = 0f;
            float partByValue = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                float gradient = a.DY[start + i] * a.Gamma[channel + (i / n.Length)];
                part += gradient;
                partByValue += gradient * ((a.X[start + i] - mean) * inverse);
            }

            mine += part;
            mineByValue += partByValue;
        }

        float centre = GroupSum.Of(shared, mine) / n.Count;
        float slope = GroupSum.Of(shared, mineByValue) / n.Count;
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
}
