// The networks that --model knows by name, in one table: help, errors and the README's list are printed from it.
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features.Options;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Presets;

/// <summary>The networks that <c>--model</c> knows by name.</summary>
public static class BuiltInNetworks
{
    /// <summary>The name of the network that is taken where none is named.</summary>
    public const string DefaultName = "article";

    private static readonly TrainingOptions OneCycle = new()
    {
        BatchSize = 64,
        LearningRate = 2e-3f,
        Optimizer = new AdamWOptions { WeightDecay = 0.01f },
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.OneCycle },
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BuiltInNetwork> All { get; } =
    [
        new(DefaultName, "one convolution and two dense layers, as the article has them",
            () => Article(), "mfcc", new TrainingOptions()),
        new("deep", "three convolutions with batch normalisation, pooled over all time",
            () => Deep(), "logmel-cmn", OneCycle),
        new("raw", "four convolutions on the samples themselves",
            () => Raw(), FeaturePresets.RawName, OneCycle),
        new("residual", "residual blocks of two convolutions",
            () => Residual(), "logmel-cmn", OneCycle),
        new("small", "depthwise-separable residual blocks, about 75,000 parameters",
            () => Small(), "logmel-cmn", OneCycle with { LearningRate = 5e-3f }),
        new("tiny", "the same with at most 20,000 parameters",
            () => Tiny(), "logmel-cmn", OneCycle with { LearningRate = 5e-3f }),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(one => one.Name);

    /// <summary>The network of a name, or null.</summary>
    public static BuiltInNetwork? Find(string name) => All.FirstOrDefault(one => one.Name == name);

    /// <summary>The network that a name or a JSON file describes.</summary>
    /// <exception cref="NetworkSpecException">There is no such network, or the file does not describe one.</exception>
    public static NetworkSpec Resolve(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        if (Find(nameOrFile) is { } builtIn)
        {
            return builtIn.Create();
        }

        return nameOrFile.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? NetworkSpec.Load(nameOrFile)
            : throw new NetworkSpecException(
                $"there is no network '{nameOrFile}'{Suggestion.Before(nameOrFile, Names)} use " +
                $"{string.Join(", ", Names)}, or a FILE.json that lists layers");
    }

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
            .. Head(dropout),
        ],
    };

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

    /// <summary>
    /// Depthwise-separable convolutions with residual blocks and a dilated end, after Majumdar and Ginsburg,
    /// "MatchboxNet" (Interspeech 2020), its 3x1x64 form: about 75,000 parameters for 35 classes.
    /// </summary>
    /// <param name="dropout">Rate of the dropout in each residual block.</param>
    public static NetworkSpec Small(float dropout = 0.1f) =>
        Separable("small", dropout, wide: 128, narrow: 64, taps: [11, 13, 15, 17, 29], pointwise: 128);

    /// <summary>The same form with fewer filters: at most 20,000 parameters for 35 classes.</summary>
    /// <param name="dropout">Rate of the dropout in each residual block.</param>
    public static NetworkSpec Tiny(float dropout = 0.05f) =>
        Separable("tiny", dropout, wide: 64, narrow: 32, taps: [9, 11, 13, 15, 17], pointwise: null);

    private static MaxPool1dLayer Halved => new() { Window = 2, Stride = 2 };

    private static NetworkSpec Separable(
        string name, float dropout, int wide, int narrow, int[] taps, int? pointwise)
    {
        return new()
        {
            Name = name,
            Layers =
            [
                .. SeparableNormRelu(wide, taps[0], stride: 2),
                .. taps[1..4].SelectMany(Block),
                .. SeparableNormRelu(wide, taps[4], dilation: 2),
                .. pointwise is { } filters ? ConvNormRelu(filters, taps: 1) : [],
                new GlobalAveragePoolLayer(),
                new DenseLayer(),
            ],
        };

        Layer[] Block(int taps) =>
        [
            new ResidualLayer
            {
                Layers = [.. SeparableNorm(narrow, taps)],
                Shortcut = [.. ConvNorm(narrow, taps: 1)],
            },
            new ReluLayer(),
            new DropoutLayer { Rate = dropout },
        ];

        static Layer[] SeparableNorm(int filters, int taps, int stride = 1, int dilation = 1) =>
        [
            new SeparableConv1dLayer
            {
                Filters = filters,
                Taps = taps,
                Stride = stride,
                Dilation = dilation,
                Padding = stride == 1 ? ConvPadding.Same : taps / 2,
                Bias = false,
            },
            new BatchNorm1dLayer(),
        ];

        static Layer[] SeparableNormRelu(int filters, int taps, int stride = 1, int dilation = 1) =>
            [.. SeparableNorm(filters, taps, stride, dilation), new ReluLayer()];
    }

    private static Layer[] Head(float dropout) =>
        [new GlobalMeanMaxPoolLayer(), new DropoutLayer { Rate = dropout }, new DenseLayer()];

    private static Layer[] ConvNormRelu(int filters, int taps = 3, int stride = 1) =>
        [.. ConvNorm(filters, taps, stride), new ReluLayer()];

    private static Layer[] ConvNorm(int filters, int taps = 3, int stride = 1) =>
    [
        new Conv1dLayer { Filters = filters, Taps = taps, Stride = stride, Padding = taps / 2, Bias = false },
        new BatchNorm1dLayer(),
    ];
}
