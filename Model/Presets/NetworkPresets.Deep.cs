// Blocks of convolution and batch normalisation.
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Presets;

public static partial class NetworkPresets
{
    /// <summary>
    /// Blocks of convolution (3 taps, same length), batch normalisation and ReLU, max-pool 2/2 between them; mean and
    /// maximum over all time, dropout, dense. Where a word begins then does not matter, nor how long it is.
    /// </summary>
    /// <param name="dropout">Rate of the dropout before the last layer.</param>
    /// <param name="filters">Filters of each block; 64, 128 and 128 where none are given.</param>
    public static NetworkSpec Deep(float dropout = 0.5f, params IReadOnlyList<int> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        IReadOnlyList<int> blocks = filters.Count > 0 ? filters : [64, 128, 128];
        return new()
        {
            Name = "deep",
            Layers =
            [
                .. blocks.SelectMany(
                    (count, block) => block > 0 ? [Halved, .. ConvNormRelu(count)] : ConvNormRelu(count)),
                .. Head(dropout),
            ],
        };
    }
}
