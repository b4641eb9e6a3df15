using NativeCnn.Engine.Tensors;

namespace NativeCnn.Benchmarks;

/// <summary>
/// All parameters of the article's network with 64 and with 32 filters (40 coefficients, 100 frames, 10 classes), and
/// of one that no cache holds. The benchmarks keep their state where it is: a step sets the gradients to zero, and
/// moments that nothing feeds would shrink into subnormal numbers, which processors are slow at. So parameters stay
/// (learning rate 0) and feed the moments through the weight decay.
/// </summary>
internal static class OptimizerCases
{
    public const float LearningRate = 0f;
    public const float WeightDecay = 0.1f;

    public static IEnumerable<Case<Shape>> All =>
    [
        ShapeCase.Of(new Shape(Article(filters: 64))),
        ShapeCase.Of(new Shape(Article(filters: 32))),
        ShapeCase.Of(new Shape(16 * 1024 * 1024)),
    ];

    private static int Article(int filters) =>
        (filters * 40 * 4) + filters + (filters * 48 * 128) + 128 + (128 * 10) + 10;
}
