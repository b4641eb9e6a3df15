using NativeCnn.Engine.Operators;

namespace NativeCnn.Benchmarks;

/// <summary>Pooling 2/2 after the article's convolution at batch 64 and 32, and after a large one.</summary>
internal static class PoolingCases
{
    public static IEnumerable<Case<Pool1dShape>> All =>
    [
        ShapeCase.Of(new Pool1dShape(64, 64, 97, Window: 2, Stride: 2)),
        ShapeCase.Of(new Pool1dShape(32, 32, 97, Window: 2, Stride: 2)),
        ShapeCase.Of(new Pool1dShape(256, 128, 996, Window: 2, Stride: 2)),
    ];
}
