using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>One shape that an operator is measured with, and its name in the tables.</summary>
/// <typeparam name="TShape">How the operator describes its shape.</typeparam>
public sealed class Case<TShape>(string name, TShape shape)
{
    /// <summary>The shape.</summary>
    public TShape Shape { get; } = shape;

    /// <summary>The name.</summary>
    public override string ToString() => name;
}

/// <summary>Names cases by their shapes, such as <c>[64, 40, 100] * [64, 40, 4]</c>: input and weight.</summary>
internal static class ShapeCase
{
    public static Case<Shape> Of(Shape s) => new(s.ToString(), s);

    public static Case<Conv1dShape> Of(Conv1dShape s) => new(
        $"{s.Input} * {s.Weight}" +
        (s.Stride == 1 ? "" : $", stride {s.Stride}") +
        (s.Padding == 0 ? "" : $", padding {s.Padding}") +
        (s.PaddingAfter is { } after && after != s.Padding ? $", {after} after" : "") +
        (s.Groups == 1 ? "" : $", {s.Groups} groups"),
        s);

    public static Case<Pool1dShape> Of(Pool1dShape s) => new($"{s.Input} -> {s.Output}", s);

    public static Case<MatMulShape> Of(MatMulShape s) => new($"{s.A} {s.B}", s);

    public static Case<DenseShape> Of(DenseShape s) => new($"{s.Input} -> {s.Output}", s);

    public static Case<ReductionShape> Of(ReductionShape s) => new($"{s.Input} -> {s.Output}", s);
}
