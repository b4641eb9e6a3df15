// The ladder. A parameter is 16 bytes read (parameter, gradient, both moments) and 16 written, for 17 operations: the
// memory is the limit on every device, so what counts is how many bytes are on their way.
//   1. Step         a thread an element, striding over the grid: loads of 4 bytes.
//   3. StepFloat4  a thread four neighbours: loads and stores of 16 bytes, four of each in flight. The same bits.
using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>The portable kernels of <see cref="Adam"/>.</summary>
internal static class AdamKernels
{
    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "adam";

    /// <summary>Rung 1.</summary>
    [Rung(Ladder, 1)]
    public static void Step(Args a)
    {
        var factors = new Factors(a);
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            Update(a, factors, i);
        }
    }

    /// <summary>Rung 3. Needs views that begin at a multiple of 16 bytes.</summary>
    [Rung(Ladder, 3)]
    public static void StepFloat4(Args a)
    {
        var factors = new Factors(a);
        ArrayView<Float4> parameters = a.Parameters.Cast<Float4>();
        ArrayView<Float4> gradients = a.Gradients.Cast<Float4>();
        ArrayView<Float4> mean = a.Mean.Cast<Float4>();
        ArrayView<Float4> square = a.Square.Cast<Float4>();
        int float4s = a.Length / 4;
        for (int i = Grid.GlobalLinearIndex; i < float4s; i += Grid.DimX * Group.DimX)
        {
            Float4 p = parameters[i];
            Float4 g = gradients[i];
            Float4 m = mean[i];
            Float4 v = square[i];
            var x = new Element(a, factors, p.X, g.X, m.X, v.X);
            var y = new Element(a, factors, p.Y, g.Y, m.Y, v.Y);
            var z = new Element(a, factors, p.Z, g.Z, m.Z, v.Z);
            var w = new Element(a, factors, p.W, g.W, m.W, v.W);
            mean[i] = new Float4(x.Mean, y.Mean, z.Mean, w.Mean);
            square[i] = new Float4(x.Square, y.Square, z.Square, w.Square);
            parameters[i] = new Float4(x.Parameter, y.Parameter, z.Parameter, w.Parameter);
            gradients[i] = new Float4(0f, 0f, 0f, 0f);
        }

        int last = (4 * float4s) + Grid.GlobalLinearIndex;
        if (last < a.Length)
        {
            Update(a, factors, last);
        }
    }

    private static void Update(Args a, Factors factors, int i)
    {
        var next = new Element(a, factors, a.Parameters[i], a.Gradients[i], a.Mean[i], a.Square[i]);
        a.Mean[i] = next.Mean;
        a.Square[i] = next.Square;
        a.Parameters[i] = next.Parameter;
        a.Gradients[i] = 0f;
    }

    /// <summary>What all elements of a step share.</summary>
    private readonly struct Factors
    {
        public readonly float Rate;
        public readonly float Root;
        public readonly float Shrink;

        public Factors(Args a)
        {
            int t = a.Step[0] < 1 ? 1 : a.Step[0];
            Rate = a.LearningRate[0] * At(a.MeanFactors, t);
            Root = At(a.RootFactors, t);
            Shrink = 1f - (a.LearningRate[0] * a.Decay);
        }

        private static float At(ArrayView<float> table, int t)
        {
            int last = table.IntLength;
            return table[(t < last ? t : last) - 1];
        }
    }

    /// <summary>A parameter and its moments after the step.</summary>
    private readonly struct Element
    {
        public readonly float Parameter;
        public readonly float Mean;
        public readonly float Square;

        public Element(Args a, Factors factors, float p, float gradient, float mean, float square)
        {
            float g = gradient + (a.Penalty * p);
            Square = Subnormal.Flush((a.Beta2 * square) + (a.Share2 * g * g));
            Mean = Square == 0f ? 0f : Subnormal.Flush((a.Beta1 * mean) + (a.Share1 * g));
            Parameter = (factors.Shrink * p) -
                (factors.Rate * (Mean / ((MathF.Sqrt(Square) * factors.Root) + a.Epsilon)));
        }
    }

    internal readonly struct Args(AdamBuffers buffers, AdamSettings settings)
    {
        public readonly ArrayView<float> Parameters = buffers.Flat.Values.View;
        public readonly ArrayView<float> Gradients = buffers.Flat.Gradients.View;
        public readonly ArrayView<float> Mean = buffers.Mean.View;
        public readonly ArrayView<float> Square = buffers.Square.View;
        public readonly ArrayView<float> MeanFactors = buffers.MeanFactors.View;
        public readonly ArrayView<float> RootFactors = buffers.RootFactors.View;
        public readonly ArrayView<int> Step = buffers.Flat.Progress.Step.View;
        public readonly ArrayView<float> LearningRate = buffers.Flat.Progress.LearningRate.View;
        public readonly int Length = buffers.Flat.Length;
        public readonly float Beta1 = settings.Beta1;
        public readonly float Beta2 = settings.Beta2;

        /// <summary>1 - beta1.</summary>
        public readonly float Share1 = (float)(1 - (double)settings.Beta1);

        /// <summary>1 - beta2.</summary>
        public readonly float Share2 = (float)(1 - (double)settings.Beta2);
        public readonly float Epsilon = settings.Epsilon;
        public readonly float Penalty = settings.Penalty;
        public readonly float Decay = settings.Decay;
    }
}
