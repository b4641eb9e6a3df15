using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>
/// What the article's network has behind its convolution at batch 64 and 32 and behind its dense layer, and a tensor
/// that no cache holds.
/// </summary>
internal static class ElementwiseCases
{
    public static IEnumerable<Case<Shape>> All =>
    [
        ShapeCase.Of(new Shape(64, 64, 97)),
        ShapeCase.Of(new Shape(32, 32, 97)),
        ShapeCase.Of(new Shape(64, 128)),
        ShapeCase.Of(new Shape(16, 1024, 1024)),
    ];
}
