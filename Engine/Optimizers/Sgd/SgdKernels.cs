// The ladder. A parameter is 8 bytes read and 8 written (12 and 12 with momentum) for 3 (7) operations: memory limits.
//   1. Step         a thread an element, striding over the grid: loads of 4 bytes.
//   3. StepFloat4  a thread four neighbours: loads and stores of 16 bytes, all in flight at once. The same bits.
using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Optimizers;

/// <summary>The portable kernels of <see cref="Sgd"/>.</summary>
internal static class SgdKernels
{
    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "sgd";

    /// <summary>Rung 1.</summary>
    [Rung(Ladder, 1)]
    public static void Step(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            Update(a, i);
        }
    }

    /// <summary>Rung 3. Needs views that begin at a multiple of 16 bytes.</summary>
    [Rung(Ladder, 3)]
    public static void StepFloat4(Args a)
    {
        ArrayView<Float4> parameters = a.Parameters.Cast<Float4>();
        ArrayView<Float4> gradients = a.Gradients.Cast<Float4>();
        ArrayView<Float4> buffer = a.Buffer.Cast<Float4>();
        float rate = a.LearningRate[0];
        bool first = a.Step[0] <= 1;
        bool kept = a.Momentum != 0f;
        int float4s = a.Length / 4;
        for (int i = Grid.GlobalLinearIndex; i < float4s; i += Grid.DimX * Group.DimX)
        {
            Float4 p = parameters[i];
            Float4 g = gradients[i];
            Float4 b = kept ? buffer[i] : p;
            var x = new Element(a, rate, first, p.X, g.X, b.X);
            var y = new Element(a, rate, first, p.Y, g.Y, b.Y);
            var z = new Element(a, rate, first, p.Z, g.Z, b.Z);
            var w = new Element(a, rate, first, p.W, g.W, b.W);
            if (kept)
            {
                buffer[i] = new Float4(x.Buffer, y.Buffer, z.Buffer, w.Buffer);
            }

            parameters[i] = new Float4(x.Parameter, y.Parameter, z.Parameter, w.Parameter);
            gradients[i] = new Float4(0f, 0f, 0f, 0f);
        }

        int last = (4 * float4s) + Grid.GlobalLinearIndex;
        if (last < a.Length)
        {
            Update(a, last);
        }
    }

    private static void Update(Args a, int i)
    {
        bool kept = a.Momentum != 0f;
        float before = kept ? a.Buffer[i] : 0f;
        var next = new Element(
            a, a.LearningRate[0], a.Step[0] <= 1, a.Parameters[i], a.Gradients[i], before);
        if (kept)
        {
            a.Buffer[i] = next.Buffer;
        }

        a.Parameters[i] = next.Parameter;
        a.Gradients[i] = 0f;
    }

    /// <summary>A parameter and its momentum after the step.</summary>
    private readonly struct Element
    {
        public readonly float Parameter;
        public readonly float Buffer;

        public Element(Args a, float rate, bool first, float p, float gradient, float buffer)
        {
            float direction = gradient + (a.WeightDecay * p);
            Buffer = Subnormal.Flush(first ? direction : (a.Momentum * buffer) + (a.Share * direction));
            float moved = a.Nesterov != 0 ? direction + (a.Momentum * Buffer) : Buffer;
            Parameter = p - (rate * (a.Momentum != 0f ? moved : direction));
        }
    }

    internal readonly struct Args(FlatParameters flat, Tensor<float>? momentum, SgdOptions options)
    {
        public readonly ArrayView<float> Parameters = flat.Values.View;
        public readonly ArrayView<float> Gradients = flat.Gradients.View;

        /// <summary>Not read where there is no momentum.</summary>
        public readonly ArrayView<float> Buffer = (momentum ?? flat.Values).View;
        public readonly ArrayView<int> Step = flat.Progress.Step.View;
        public readonly ArrayView<float> LearningRate = flat.Progress.LearningRate.View;
        public readonly int Length = flat.Length;
        public readonly float Momentum = options.Momentum;

        /// <summary>1 - dampening.</summary>
        public readonly float Share = 1f - options.Dampening;
        public readonly float WeightDecay = options.WeightDecay;
        public readonly int Nesterov = options.Nesterov ? 1 : 0;
    }
}
