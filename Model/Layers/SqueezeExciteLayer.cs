using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Layers;

/// <summary>
/// Weighs each channel by a number in (0, 1) that a small network of two dense layers finds from the means of all
/// channels over time (Hu et al., "Squeeze-and-excitation networks", 2018).
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[LayerType("squeeze_excite", Name = "squeeze", Shapes = "[C, T] -> [C, T]")]
public sealed record SqueezeExciteLayer : Layer
{
    /// <summary>Channels to one hidden unit of the small network.</summary>
    public int Reduction { get; init; } = 8;

    /// <inheritdoc/>
    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    protected internal override Node Expand(Node x, Shape input)
    {
        ExpectChannelsOverTime(input);
        if (Reduction < 1)
        {
            throw new ArgumentException($"a reduction is at least 1, not {Reduction}");
        }

        int channels = input[0];
        Node gate = x.GlobalAveragePool()
            .Dense(Math.Max(1, channels / Reduction)).Relu()
            .Dense(channels).Sigmoid();
        return x.Scale(gate);
    }
}

public static partial class Nodes
{
    /// <summary>A <see cref="SqueezeExciteLayer"/>.</summary>
    public static Node SqueezeExcite(this Node x, int reduction = 8) =>
        Required(x).Apply(new SqueezeExciteLayer { Reduction = reduction });
}
