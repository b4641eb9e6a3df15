// The network of the article.
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Presets;

public static partial class NetworkPresets
{
    /// <summary>
    /// The network of the article: Conv1d + ReLU, max-pool 2/2, flatten, dense 128 + ReLU, dropout 0.5, dense.
    /// </summary>
    /// <param name="filters">Filters of the convolution.</param>
    /// <param name="taps">Its taps.</param>
    public static NetworkSpec Article(int filters = 64, int taps = 4) => new()
    {
        Name = DefaultName,
        Layers =
        [
            new Conv1dLayer { Filters = filters, Taps = taps },
            new ReluLayer(),
            Halved,
            new FlattenLayer(),
            new DenseLayer { Outputs = 128 },
            new ReluLayer(),
            new DropoutLayer { Rate = 0.5f },
            new DenseLayer(),
        ],
    };
}
