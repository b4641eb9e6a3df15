// Residual blocks of two convolutions.
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Presets;

public static partial class NetworkPresets
{
    /// <summary>
    /// A convolution, then residual blocks of two convolutions (He et al., "Deep residual learning for image
    /// recognition", 2016), max-pool 2/2 between them, pooled over all time as <see cref="Deep"/>.
    /// </summary>
    /// <param name="dropout">Rate of the dropout before the last layer.</param>
    /// <param name="filters">Filters of each block; 64, 128 and 128 where none are given.</param>
    public static NetworkSpec Residual(float dropout = 0.5f, params IReadOnlyList<int> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        IReadOnlyList<int> blocks = filters.Count > 0 ? filters : [64, 128, 128];
        return new()
        {
            Name = "residual",
            Layers =
            [
                .. ConvNormRelu(blocks[0]),
                .. blocks.SelectMany((count, block) => Block(count, before: blocks[Math.Max(0, block - 1)], block)),
                .. Head(dropout),
            ],
        };

        static Layer[] Block(int filters, int before, int block)
        {
            var residual = new ResidualLayer
            {
                Layers = [.. ConvNormRelu(filters), .. ConvNorm(filters)],
                Shortcut = filters == before ? null : [.. ConvNorm(filters, taps: 1)],
            };
            return block > 0 ? [Halved, residual, new ReluLayer()] : [residual, new ReluLayer()];
        }
    }
}
