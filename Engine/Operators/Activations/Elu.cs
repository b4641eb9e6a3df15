using System.Runtime.Intrinsics;
using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Exponential linear unit: y = x where x is above 0, else a (e^x - 1); y' = 1, else a e^x. Source: Clevert,
/// Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units" (ICLR 2016).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly struct Elu : IActivation<Elu>, IVectorFunction<Elu>
{
    /// <inheritdoc/>
    public static float DefaultSlope => 1f;

    /// <inheritdoc/>
    public static float Forward(float x, float slope) => x > 0f ? x : slope * Elementary.ExpMinusOne(x);

    /// <inheritdoc/>
    public static float Backward(float value, float dY, float slope) =>
        value > 0f ? dY : dY * (slope * Elementary.Exp(value));

    /// <inheritdoc/>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, float slope) =>
        VectorFunction.Forward<Elu>(x, y, slope);

    /// <inheritdoc/>
    public static void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> dY, Span<float> dX, float slope) =>
        VectorFunction.Backward<Elu>(value, dY, dX, slope);

    static Vector256<float> IVectorFunction<Elu>.Values(Vector256<float> x, float slope) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256<float>.Zero), x,
            Vector256.Create(slope) * ElementaryVectors.ExpMinusOne(x));

    static Vector256<float> IVectorFunction<Elu>.Gradients(
        Vector256<float> value, Vector256<float> dY, float slope) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(value, Vector256<float>.Zero), dY,
            dY * (Vector256.Create(slope) * ElementaryVectors.Exp(value)));
}
