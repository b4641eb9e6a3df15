// The portable kernels of PointwiseActivation, one thread an element, and the functions themselves, which its host
// bodies call too. The error function is Abramowitz and Stegun's 7.1.26, at most 1.5e-7 off.
using ILGPU;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="PointwiseActivation"/>.</summary>
internal static class PointwiseActivationKernels
{
    private const float SquareRootOfHalf = 0.707106781f;
    private const float SquareRootOf2ByPi = 0.797884561f;
    private const float InverseRootOf2Pi = 0.398942280f;
    private const float Cubic = 0.044715f;

    public static void Forward(ForwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = Value(a.Kind, a.Slope, a.X[i]);
        }
    }

    public static void Backward(BackwardArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Length; i += Grid.DimX * Group.DimX)
        {
            a.DX[i] = a.DY[i] * Derivative(a.Kind, a.Slope, a.X[i]);
        }
    }

    /// <summary>f(x); the kind is an <see cref="ActivationKind"/>.</summary>
    public static float Value(int kind, float slope, float x)
    {
        switch (kind)
        {
            case 0:
                return x > 0f ? x : slope * x;
            case 1:
                return x > 0f ? x : slope * (Elementary.Exp(x < 0f ? x : 0f) - 1f);
            case 2:
                return 0.5f * x * (1f + Erf(x * SquareRootOfHalf));
            case 3:
                return 0.5f * x * (1f + Tanh(SquareRootOf2ByPi * (x + (Cubic * x * x * x))));
            case 4:
                return x * SigmoidKernels.Of(x);
            default:
                return Tanh(x);
        }
    }

    /// <summary>f'(x).</summary>
    public static float Derivative(int kind, float slope, float x)
    {
        switch (kind)
        {
            case 0:
                return x > 0f ? 1f : slope;
            case 1:
                return x > 0f ? 1f : slope * Elementary.Exp(x < 0f ? x : 0f);
            case 2:
                return (0.5f * (1f + Erf(x * SquareRootOfHalf))) +
                    (x * InverseRootOf2Pi * Elementary.Exp(-0.5f * x * x));
            case 3:
                {
                    float t = Tanh(SquareRootOf2ByPi * (x + (Cubic * x * x * x)));
                    float inner = SquareRootOf2ByPi * (1f + (3f * Cubic * x * x));
                    return (0.5f * (1f + t)) + (0.5f * x * (1f - (t * t)) * inner);
                }

            case 4:
                {
                    float s = SigmoidKernels.Of(x);
                    return s * (1f + (x * (1f - s)));
                }

            default:
                {
                    float y = Tanh(x);
                    return 1f - (y * y);
                }
        }
    }

    private static float Tanh(float x)
    {
        float e = Elementary.Exp(x < 0f ? 2f * x : -2f * x);
        float y = (1f - e) / (1f + e);
        return x < 0f ? -y : y;
    }

    private static float Erf(float x)
    {
        float size = x < 0f ? -x : x;
        float t = 1f / (1f + (0.3275911f * size));
        float p = 1.061405429f;
        p = (p * t) - 1.453152027f;
        p = (p * t) + 1.421413741f;
        p = (p * t) - 0.284496736f;
        p = (p * t) + 0.254829592f;
        float y = 1f - (p * t * Elementary.Exp(-size * size));
        return x < 0f ? -y : y;
    }

    internal readonly struct ForwardArgs(ArrayView<float> x, ArrayView<float> y, int length, int kind, float slope)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
        public readonly int Length = length;
        public readonly int Kind = kind;
        public readonly float Slope = slope;
    }

    internal readonly struct BackwardArgs(
        ArrayView<float> x, ArrayView<float> dY, ArrayView<float> dX, int length, int kind, float slope)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> DY = dY;
        public readonly ArrayView<float> DX = dX;
        public readonly int Length = length;
        public readonly int Kind = kind;
        public readonly float Slope = slope;
    }
}
