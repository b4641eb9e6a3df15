using System.Text.Json;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Networks;

/// <summary>A network as a list of layers: what <c>--model</c> names.</summary>
public sealed record NetworkSpec
{
    /// <summary>A name to print.</summary>
    public required string Name { get; init; }

    /// <summary>The layers from input to logits. The last one is dense with as many outputs as there are classes.</summary>
    public required IReadOnlyList<LayerSpec> Layers { get; init; }

    /// <summary>How weights begin.</summary>
    public Initializer Initializer { get; init; } = Initializer.FanIn;

    /// <summary>
    /// The network of the article: Conv1d + ReLU, max-pool 2/2, flatten, dense 128 + ReLU, dropout 0.5, dense.
    /// </summary>
    /// <param name="filters">Filters of the convolution.</param>
    /// <param name="taps">Its taps.</param>
    public static NetworkSpec Article(int filters = 64, int taps = 4) => new()
    {
        Name = "article",
        Layers =
        [
            new Conv1dSpec { Filters = filters, Taps = taps },
            new ReluSpec(),
            new MaxPool1dSpec { Window = 2, Stride = 2 },
            new FlattenSpec(),
            new DenseSpec { Outputs = 128 },
            new ReluSpec(),
            new DropoutSpec { Rate = 0.5f },
            new DenseSpec(),
        ],
    };

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
                .. blocks.SelectMany((count, block) => Block(count, pooled: block > 0)),
                new GlobalMeanMaxPoolSpec(),
                new DropoutSpec { Rate = dropout },
                new DenseSpec(),
            ],
        };

        static IEnumerable<LayerSpec> Block(int filters, bool pooled)
        {
            if (pooled)
            {
                yield return Halved;
            }

            foreach (LayerSpec layer in ConvNormRelu(filters))
            {
                yield return layer;
            }
        }
    }

    /// <summary>
    /// Convolutions on the waveform itself: filters of 80 taps every 8 samples, which become band-pass filters of their
    /// own, then blocks as those of <see cref="Deep"/>. After Dai et al., "Very deep convolutional neural networks for
    /// raw waveforms" (ICASSP 2017).
    /// </summary>
    /// <param name="dropout">Rate of the dropout before the last layer.</param>
    public static NetworkSpec Raw(float dropout = 0.5f) => new()
    {
        Name = "raw",
        Layers =
        [
            .. ConvNormRelu(64, taps: 80, stride: 8),
            Halved,
            Halved,
            .. ConvNormRelu(128),
            Halved,
            Halved,
            .. ConvNormRelu(128),
            Halved,
            .. ConvNormRelu(128),
            new GlobalMeanMaxPoolSpec(),
            new DropoutSpec { Rate = dropout },
            new DenseSpec(),
        ],
    };

    private static MaxPool1dSpec Halved => new() { Window = 2, Stride = 2 };

    private static LayerSpec[] ConvNormRelu(int filters, int taps = 3, int stride = 1) =>
    [
        new Conv1dSpec { Filters = filters, Taps = taps, Stride = stride, Padding = taps / 2, Bias = false },
        new BatchNorm1dSpec(),
        new ReluSpec(),
    ];

    /// <summary>The network that a name or a JSON file describes.</summary>
    /// <exception cref="NetworkSpecException">There is no such network, or the file does not describe one.</exception>
    public static NetworkSpec Resolve(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        switch (nameOrFile)
        {
            case "article":
                return Article();
            case "deep":
                return Deep();
            case "raw":
                return Raw();
        }

        if (!nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw new NetworkSpecException($"there is no network '{nameOrFile}'; use article, deep, raw, or a FILE.json that lists layers");
        }

        if (!File.Exists(nameOrFile))
        {
            throw new NetworkSpecException($"the network file '{nameOrFile}' does not exist");
        }

        try
        {
            using FileStream file = File.OpenRead(nameOrFile);
            return JsonSerializer.Deserialize<NetworkSpec>(file, RunJson.Format)
                ?? throw new NetworkSpecException($"the network file '{nameOrFile}' is empty");
        }
        catch (JsonException error)
        {
            throw new NetworkSpecException($"the network file '{nameOrFile}' is not understood: {error.Message}", error);
        }
    }
}

/// <summary>A network that does not exist or cannot be built. The message says which layer and what to change.</summary>
public sealed class NetworkSpecException : Exception
{
    /// <summary>Creates the exception from one line that says what is wrong and what to do.</summary>
    public NetworkSpecException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the failure beneath it.</summary>
    public NetworkSpecException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>Creates an empty exception.</summary>
    public NetworkSpecException()
    {
    }
}
