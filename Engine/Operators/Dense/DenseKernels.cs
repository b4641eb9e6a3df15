// What a dense layer does beside its matrix products, on CUDA, OpenCL and the simulator:
//   CombineDrop     adds the parts of y = x W^T, then bias, ReLU and dropout: dropout costs no launch and no mask
//   Drop            the same dropout in place, where the product was not split into parts
//   BackwardSmall   dW, dBias and dX of a small layer in one launch, one thread an element of them, as the formulas
//                   read. Where x came out of a ReLU, with dropout or without, dX goes through it on the way:
//                   y > 0 says that an element was positive and kept, and every kept one was scaled alike.
//   BackwardPool    the same where x came out of GlobalMeanMaxPool and dropout: dX goes back through both. A clip's
//                   gradient of x stays in shared memory until its steps are written, one after another.
using ILGPU;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="Dense"/>.</summary>
internal static class DenseKernels
{
    public static void CombineDrop(CombineDropArgs a)
    {
        int step = a.Step[0];
        int length = a.Parts.Args.M * a.Parts.Args.N;
        for (int block = Grid.GlobalLinearIndex; block < (length + 3) / 4; block += Grid.DimX * Group.DimX)
        {
            PhiloxBlock words = a.Dropout.Words(step, block);
            int i = block * 4;
            Combine(a, length, i, words.X);
            Combine(a, length, i + 1, words.Y);
            Combine(a, length, i + 2, words.Z);
            Combine(a, length, i + 3, words.W);
        }
    }

    public static void Drop(DropArgs a)
    {
        int step = a.Step[0];
        for (int block = Grid.GlobalLinearIndex; block < (a.Length + 3) / 4; block += Grid.DimX * Group.DimX)
        {
            PhiloxBlock words = a.Dropout.Words(step, block);
            int i = block * 4;
            Scale(a, i, words.X);
            Scale(a, i + 1, words.Y);
            Scale(a, i + 2, words.Z);
            Scale(a, i + 3, words.W);
        }
    }

    public static void BackwardSmall(BackwardArgs a)
    {
        int weights = a.Outputs * a.Inputs;
        int inputs = weights + a.Outputs;
        int end = a.WantInput != 0 ? inputs + (a.Batch * a.Inputs) : inputs;
        for (int i = Grid.GlobalLinearIndex; i < end; i += Grid.DimX * Group.DimX)
        {
            if (i < weights)
            {
                a.DWeight[i] += OfWeight(a, i / a.Inputs, i % a.Inputs);
            }
            else if (i < inputs)
            {
                a.DBias[i - weights] += OfBias(a, i - weights);
            }
            else
            {
                a.DX[i - inputs] = OfInput(a, i - inputs);
            }
        }
    }

    /// <summary>A group a clip for dX, then groups for the parameters.</summary>
    public static void BackwardPool(BackwardPoolArgs a)
    {
        ArrayView<float> dH = SharedMemory.Allocate<float>(DenseLossKernels.MostInputs);
        int clip = Grid.IdxX;
        int inputs = a.Dense.Inputs;
        bool isOfClip = clip < a.Dense.Batch && a.WantInput != 0;
        if (isOfClip)
        {
            int step = a.Step[0];
            for (int i = Group.IdxX; i < inputs; i += Group.DimX)
            {
                float sum = OfInput(a.Dense, (clip * inputs) + i);
                if (a.Drops != 0)
                {
                    sum *= a.Dropout.MaskOf(step, (clip * inputs) + i);
                }

                dH[i] = sum;
            }
        }

        Group.Barrier();
        if (isOfClip)
        {
            int count = a.Channels * a.Length;
            for (int i = Group.IdxX; i < count; i += Group.DimX)
            {
                int channel = i / a.Length;
                float value = dH[channel] / a.Length;
                if (a.ArgMax[(clip * a.Channels) + channel] == i % a.Length)
                {
                    value += dH[a.Channels + channel];
                }

                a.DX[(clip * count) + i] = value;
            }
        }

        int first = a.WantInput != 0 ? a.Dense.Batch : 0;
        int parameter = ((clip - first) * Group.DimX) + Group.IdxX;
        int weights = a.Dense.Outputs * inputs;
        if (parameter >= 0 && parameter < weights)
        {
            a.Dense.DWeight[parameter] += OfWeight(a.Dense, parameter / inputs, parameter % inputs);
        }
        else if (parameter >= 0 && parameter < weights + a.Dense.Outputs)
        {
            a.Dense.DBias[parameter - weights] += OfBias(a.Dense, parameter - weights);
        }
    }

    private static float OfWeight(BackwardArgs a, int o, int input)
    {
        float sum = 0f;
        for (int b = 0; b < a.Batch; b++)
        {
            sum += a.DY[(b * a.Outputs) + o] * a.X[(b * a.Inputs) + input];
        }

        return sum;
    }

    private static float OfBias(BackwardArgs a, int o)
    {
        float sum = 0f;
        for (int b = 0; b < a.Batch; b++)
        {
            sum += a.DY[(b * a.Outputs) + o];
        }

        return sum;
    }

    private static float OfInput(BackwardArgs a, int i)
    {
        int first = i / a.Inputs * a.Outputs;
        int input = i % a.Inputs;
        float sum = 0f;
        for (int o = 0; o < a.Outputs; o++)
        {
            sum += a.DY[first + o] * a.Weight[(o * a.Inputs) + input];
        }

        float gate = a.Gate;
        if (gate != 0f)
        {
            sum = MaximumOrNaN.IsOpen(a.X[i]) ? sum * gate : 0f;
        }

        return sum;
    }

    private static void Combine(CombineDropArgs a, int length, int i, uint word)
    {
        if (i < length)
        {
            a.Parts.Args.C[i] = MatMulKernels.Combined(a.Parts, length, i) * a.Dropout.Mask(word);
        }
    }

    private static void Scale(DropArgs a, int i, uint word)
    {
        if (i < a.Length)
        {
            a.Y[i] *= a.Dropout.Mask(word);
        }
    }

    internal readonly record struct CombineDropArgs(
        MatMulKernels.CombineArgs Parts, ArrayView<int> Step, MaskGenerator Dropout);

    internal readonly record struct DropArgs(
        ArrayView<float> Y, ArrayView<int> Step, int Length, MaskGenerator Dropout);

    internal readonly record struct BackwardPoolArgs(
        BackwardArgs Dense, ArrayView<int> ArgMax, ArrayView<float> DX, ArrayView<int> Step, MaskGenerator Dropout,
        Flag Drops, Flag WantInput, int Channels, int Length);

    internal readonly struct BackwardArgs(
        DenseShape shape, ArrayView<float> x, ArrayView<float> dY, ArrayView<float> weight, ArrayView<float> dWeight,
        ArrayView<float> dBias, ArrayView<float>? dX, float gate)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> Weight = weight;
        public readonly ArrayView<float> DWeight = dWeight;
        public readonly ArrayView<float> DBias = dBias;
        public readonly ArrayView<float> DX = dX ?? dWeight; // Never touched without WantInput.
        public readonly int Batch = shape.Batch;
        public readonly int Inputs = shape.Inputs;
        public readonly int Outputs = shape.Outputs;
        public readonly int WantInput = dX.HasValue ? 1 : 0;

        /// <summary>What dX is multiplied by where x is positive, and 0 elsewhere; 0 for no gate.</summary>
        public readonly float Gate = gate;
    }
}
