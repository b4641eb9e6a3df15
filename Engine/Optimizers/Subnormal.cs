// A moment that no gradient feeds decays by a constant factor a step and, some 800 steps on, leaves float32's normal
// range. Below it a processor needs some 150 cycles for an operation that takes it one, and a training run slows down
// for no gain: such a moment changes no parameter. Optimisers therefore set it to zero. Where the mean of squares is
// zero so is the mean: a quotient of what is left of one and of epsilon would be no step of theirs.
using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Optimizers;

/// <summary>Zero for numbers below float32's normal range, the number itself for all others, NaN among them.</summary>
internal static class Subnormal
{
    /// <summary>2^-126.</summary>
    private const float SmallestNormal = 1.17549435e-38f;

    public static float Flush(float x) => x < SmallestNormal && x > -SmallestNormal ? 0f : x;

    public static Vector256<float> Flush(Vector256<float> x) =>
        Vector256.AndNot(x, Vector256.LessThan(Vector256.Abs(x), Vector256.Create(SmallestNormal)));
}
