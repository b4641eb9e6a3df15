// What happens to the parameters after a backward pass, in this order; each part only where the options ask for it:
//   clip      gradients are scaled down to a norm
//   decay     the weights alone decay; the optimiser's own decay is then 0
//   step      the optimiser
//   rates     of what decay and optimiser did, each layer takes its share
//   average   the exponential moving average follows
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>An optimiser with what goes around its step.</summary>
internal sealed class ParameterUpdate : IOptimizer
{
    private const string DecaySetting = "weight_decay";

    private readonly Parameters parameters;
    private readonly TrainingProgress progress;
    private readonly IOptimizer optimizer;
    private readonly GradientClip? clip;
    private readonly WeightDecay? decay;
    private readonly RateFactors? rates;

    /// <summary>Plans the update; an average begins at the parameters as they are.</summary>
    /// <param name="network">Whose parameters.</param>
    /// <param name="options">What happens to them.</param>
    /// <param name="progress">Step number and learning rate; null for the network's own.</param>
    /// <exception cref="ArgumentException">An option does not fit the network.</exception>
    public ParameterUpdate(Network network, TrainingOptions options, TrainingProgress? progress = null)
    {
        ComputeDevice device = network.Device;
        parameters = network.Parameters;
        this.progress = progress ?? network.Progress;
        OptimizerOptions settings = options.Optimizer;
        if (options.ClipNorm > 0)
        {
            clip = new GradientClip(device, parameters.Gradients.Length, options.ClipNorm);
        }

        if (options.DecayOf == DecayScope.Weights &&
            OptimizerTypes.SettingOf(settings, DecaySetting) is float and > 0 and var rate)
        {
            decay = new WeightDecay(
                device, device.Upload<float>(parameters.Values.Shape, SharesOfDecay(parameters)), rate,
                settings.DecouplesDecay);
            settings = OptimizerTypes.With(settings, DecaySetting, 0f);
        }

        if (options.LayerRates.Length > 0)
        {
            rates = new RateFactors(device, device.Upload<float>(
                parameters.Values.Shape, LayerRate.FactorsOf(parameters, options.LayerRates)));
        }

        optimizer = settings.Create(device, parameters.Values, parameters.Gradients, this.progress);
        Average = options.AverageDecay > 0 ? new WeightAverage(network, options.AverageDecay) : null;
    }

    /// <summary>The moving average of the weights; null where there is none.</summary>
    public WeightAverage? Average { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor<float> Value)> State => [.. optimizer.State, .. Average?.State ?? []];

    /// <inheritdoc/>
    public void Step()
    {
        clip?.Apply(parameters.Gradients);
        rates?.Begin(parameters.Values);
        decay?.Apply(parameters.Values, parameters.Gradients, progress.LearningRate);
        optimizer.Step();
        rates?.End(parameters.Values);
        Average?.Follow(progress);
    }

    /// <summary>
    /// The update of one parameter in float64, line by line, as <see cref="OptimizerOptions.Explain"/>.
    /// </summary>
    /// <param name="training">What happens to the parameters.</param>
    /// <param name="parameter">Whose number it is.</param>
    /// <param name="gradientNorm">The norm of all gradients, for clipping.</param>
    /// <param name="at">The number.</param>
    public static IReadOnlyList<FormulaLine> Explain(
        TrainingOptions training, Parameter parameter, Func<double> gradientNorm, UpdatePoint at)
    {
        List<FormulaLine> lines = [];
        if (training.ClipNorm > 0)
        {
            double norm = gradientNorm();
            double scale = GradientClip.Scale(training.ClipNorm, norm);
            lines.Add(new("norm", "the norm of all gradients", norm));
            at = at with { Gradient = at.Gradient * scale };
            lines.Add(new(
                "gradient", FormattableString.Invariant($"gradient min(1, {training.ClipNorm} / norm)"), at.Gradient));
        }

        OptimizerOptions optimizer = training.Optimizer;
        if (training.DecayOf == DecayScope.Weights && !IsWeight(parameter) &&
            OptimizerTypes.SettingOf(optimizer, DecaySetting) is not null)
        {
            optimizer = OptimizerTypes.With(optimizer, DecaySetting, 0f);
        }

        IReadOnlyList<FormulaLine> own = optimizer.Explain(at);
        lines.AddRange(own);
        if (own.Count > 0 && LayerRate.Of(parameter.Name, training.LayerRates) is not 1f and var factor)
        {
            lines.Add(new(
                "new p", FormattableString.Invariant($"p + {factor} (new p - p), the layer's rate"),
                at.Parameter + (factor * (own[^1].Value - at.Parameter))));
        }

        return own.Count > 0 ? lines : [];
    }

    /// <summary>Whether a parameter is a weight, which decays: a matrix or more, not a vector.</summary>
    internal static bool IsWeight(Parameter parameter) => parameter.Value.Shape.Rank >= 2;

    private static float[] SharesOfDecay(Parameters parameters)
    {
        float[] shares = new float[parameters.Values.Length];
        foreach (Parameter one in parameters.All.Where(IsWeight))
        {
            shares.AsSpan(parameters.StartOf(one), one.Value.Length).Fill(1f);
        }

        return shares;
    }
}
