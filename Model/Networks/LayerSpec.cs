// The layers that a network can be made of, as they stand in config.json and in --model FILE.json.
using System.Text.Json.Serialization;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Model.Networks;

/// <summary>One layer of a network, before its input is known.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Conv1dSpec), "conv1d")]
[JsonDerivedType(typeof(ReluSpec), "relu")]
[JsonDerivedType(typeof(ActivationSpec), "activation")]
[JsonDerivedType(typeof(MaxPool1dSpec), "max_pool1d")]
[JsonDerivedType(typeof(AveragePool1dSpec), "average_pool1d")]
[JsonDerivedType(typeof(GlobalAveragePoolSpec), "global_average_pool")]
[JsonDerivedType(typeof(GlobalMaxPoolSpec), "global_max_pool")]
[JsonDerivedType(typeof(GlobalMeanMaxPoolSpec), "global_mean_max_pool")]
[JsonDerivedType(typeof(BatchNorm1dSpec), "batch_norm1d")]
[JsonDerivedType(typeof(FlattenSpec), "flatten")]
[JsonDerivedType(typeof(DenseSpec), "dense")]
[JsonDerivedType(typeof(DropoutSpec), "dropout")]
public abstract record LayerSpec;

/// <summary>Convolution over time: [B, C, T] -> [B, filters, L].</summary>
public sealed record Conv1dSpec : LayerSpec
{
    /// <summary>Number of filters K.</summary>
    public required int Filters { get; init; }

    /// <summary>Kernel taps R.</summary>
    public required int Taps { get; init; }

    /// <summary>Time steps between two outputs.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros put before and after the input.</summary>
    public int Padding { get; init; }

    /// <summary>Time steps between two taps.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Groups that channels and filters are split into.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>False leaves the bias out, which a batch normalisation behind the layer would take away again.</summary>
    public bool Bias { get; init; } = true;
}

/// <summary>
/// Batch normalisation of every channel, [B, C, T] or [B, C]: by the mini-batch in training, by the running statistics
/// of training otherwise.
/// </summary>
public sealed record BatchNorm1dSpec : LayerSpec
{
    /// <summary>Share in [0, 1] that a mini-batch has in the running statistics.</summary>
    public float Momentum { get; init; } = 0.1f;

    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;
}

/// <summary>max(x, 0), elementwise.</summary>
public sealed record ReluSpec : LayerSpec;

/// <summary>Another function of every element.</summary>
public sealed record ActivationSpec : LayerSpec
{
    /// <summary>Which: leaky_relu, elu, gelu, gelu_tanh, silu or tanh.</summary>
    public required ActivationKind Function { get; init; }

    /// <summary>Slope below 0 of leaky_relu (0.01 where none is given), a of elu (1); without meaning elsewhere.</summary>
    public float? Slope { get; init; }
}

/// <summary>Maximum over windows in time: [B, C, T] -> [B, C, L].</summary>
public sealed record MaxPool1dSpec : LayerSpec
{
    /// <summary>Time steps of a window.</summary>
    public required int Window { get; init; }

    /// <summary>Time steps between two windows.</summary>
    public required int Stride { get; init; }

    /// <summary>Time steps of padding (minus infinity) at both ends.</summary>
    public int Padding { get; init; }
}

/// <summary>Mean over windows in time: [B, C, T] -> [B, C, L].</summary>
public sealed record AveragePool1dSpec : LayerSpec
{
    /// <summary>Time steps of a window.</summary>
    public required int Window { get; init; }

    /// <summary>Time steps between two windows.</summary>
    public required int Stride { get; init; }

    /// <summary>Zeros put at both ends; they count in the mean.</summary>
    public int Padding { get; init; }
}

/// <summary>Mean over all time: [B, C, T] -> [B, C].</summary>
public sealed record GlobalAveragePoolSpec : LayerSpec;

/// <summary>Maximum over all time: [B, C, T] -> [B, C].</summary>
public sealed record GlobalMaxPoolSpec : LayerSpec;

/// <summary>Mean and maximum over all time, side by side: [B, C, T] -> [B, 2 C].</summary>
public sealed record GlobalMeanMaxPoolSpec : LayerSpec;

/// <summary>[B, C, T] -> [B, C * T].</summary>
public sealed record FlattenSpec : LayerSpec;

/// <summary>Fully connected: [B, inputs] -> [B, outputs].</summary>
public sealed record DenseSpec : LayerSpec
{
    /// <summary>Number of outputs; null in the last layer stands for the number of classes.</summary>
    public int? Outputs { get; init; }
}

/// <summary>Inverted dropout: while training, an element is zeroed with probability <see cref="Rate"/>.</summary>
public sealed record DropoutSpec : LayerSpec
{
    /// <summary>Probability in [0, 1) that an element is dropped.</summary>
    public float Rate { get; init; } = 0.5f;
}
