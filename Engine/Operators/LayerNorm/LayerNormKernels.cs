// The ladder: 1 (here) a group of threads for up to 32 neighbouring time steps of a clip: neighbouring threads have
// neighbouring steps, so they read side by side, and the rows of threads share the channels; [B, C] has one step, and
// then all threads share its channels. For dGamma and dBeta a group of threads a channel, over all clips and steps.
using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="LayerNorm"/>.</summary>
internal static class LayerNormKernels
{
    public static void Forward(ForwardArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        LayerNormNumbers n = a.Numbers;
        int clip = Grid.IdxX / n.TilesOfClip;
        int t = (Grid.IdxX % n.TilesOfClip * n.Columns) + (Group.IdxX % n.Columns);
        int start = (clip * n.Channels * n.Length) + t;
        int first = Group.IdxX / n.Columns;
        int step = Group.DimX / n.Columns;
        // Threads behind the last step add nothing and come along.
        int end = t < n.Length ? n.Channels : 0;
        float total = 0f; // In one block: channels are few.
        for (int c = first; c < end; c += step)
        {
            total += a.X[start + (c * n.Length)];
        }

        float mean = GroupSum.OfColumn(shared, total, n.Columns) / n.Channels;
        float distances = 0f;
        float squares = 0f;
        for (int c = first; c < end; c += step)
        {
            float distance = a.X[start + (c * n.Length)] - mean;
            distances += distance;
            squares += distance * distance;
        }

        // What rounding the mean left: it is taken from the squares again, and given to the mean.
        float rest = GroupSum.OfColumn(shared, distances, n.Columns);
        squares = GroupSum.OfColumn(shared, squares, n.Columns);
        float inverse = 1f / MathF.Sqrt(((squares - (rest * rest / n.Channels)) / n.Channels) + n.Epsilon);
        mean += rest / n.Channels;
        if (first == 0 && t < n.Length)
        {
            a.Statistics[(clip * n.Length) + t] = mean;
            a.Statistics[((n.Batch + clip) * n.Length) + t] = inverse;
        }

        for (int c = first; c < end; c += step)
        {
            int at = start + (c * n.Length);
            a.Y[at] = ((a.X[at] - mean) * (a.Gamma[c] * inverse)) + a.Beta[c];
        }
    }

    public static void ParameterGradients(ParameterArgs a) => ChannelGradients.Add(
        new ParameterTerms(a, Grid.IdxX), a.Numbers.Batch * a.Numbers.Length, a.DGamma, a.DBeta);

    public static void InputGradient(InputArgs a)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        LayerNormNumbers n = a.Numbers;
        int clip = Grid.IdxX / n.TilesOfClip;
        int t = (Grid.IdxX % n.TilesOfClip * n.Columns) + (Group.IdxX % n.Columns);
        int start = (clip * n.Channels * n.Length) + t;
        int first = Group.IdxX / n.Columns;
        int step = Group.DimX / n.Columns;
        int end = t < n.Length ? n.Channels : 0;
        // Threads behind the last step read its statistics and use them for nothing.
        int at = (clip * n.Length) + IntrinsicMath.Min(t, n.Length - 1);
        float mean = a.Statistics[at];
        float inverse = a.Statistics[(n.Batch * n.Length) + at];
        float mine = 0f;
        float mineByValue = 0f;
        for (int c = first; c < end; c += step)
        {
            int i = start + (c * n.Length);
            float gradient = a.DY[i] * a.Gamma[c];
            mine += gradient;
            mineByValue += gradient * ((a.X[i] - mean) * inverse);
        }

        float centre = GroupSum.OfColumn(shared, mine, n.Columns) / n.Channels;
        float slope = GroupSum.OfColumn(shared, mineByValue, n.Columns) / n.Channels;
        for (int c = first; c < end; c += step)
        {
            int i = start + (c * n.Length);
            float h = (a.X[i] - mean) * inverse;
            a.DX[i] = inverse * ((a.DY[i] * a.Gamma[c]) - centre - (h * slope));
        }
    }

    internal readonly record struct ForwardArgs(
        ArrayView<float> X, ArrayView<float> Gamma, ArrayView<float> Beta, ArrayView<float> Statistics,
        ArrayView<float> Y, LayerNormNumbers Numbers);

    internal readonly record struct ParameterArgs(
        ArrayView<float> X, ArrayView<float> Statistics, ArrayView<float> DY, ArrayView<float> DGamma,
        ArrayView<float> DBeta, LayerNormNumbers Numbers);

    internal readonly record struct InputArgs(
        ArrayView<float> X, ArrayView<float> Gamma, ArrayView<float> Statistics, ArrayView<float> DY,
        ArrayView<float> DX, LayerNormNumbers Numbers);

    /// <summary>dY and dY h of a channel, value i being step i % T of clip i / T.</summary>
    private readonly record struct ParameterTerms(ParameterArgs A, int Channel) : ITerms
    {
        public Float2 At(int i)
        {
            LayerNormNumbers n = A.Numbers;
            int at = (((i / n.Length * n.Channels) + Channel) * n.Length) + (i % n.Length);
            float gradient = A.DY[at];
            float h = (A.X[at] - A.Statistics[i]) * A.Statistics[(n.Batch * n.Length) + i];
            return new Float2(gradient, gradient * h);
        }
    }
}
