using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>Makes the optimiser that the options name, over all parameters of a network.</summary>
internal static class OptimizerFactory
{
    public static IOptimizer Create(Network network, TrainingOptions options)
    {
        Tensor<float> values = network.Parameters.Values;
        Tensor<float> gradients = network.Parameters.Gradients;
        return options.Optimizer switch
        {
            OptimizerKind.Sgd => new Sgd(network.Device, values, gradients, network.Clock, new SgdOptions
            {
                Momentum = options.Momentum,
                Nesterov = options.Nesterov,
                WeightDecay = options.WeightDecay,
            }),
            OptimizerKind.Adam or OptimizerKind.AdamW => new Adam(
                network.Device, values, gradients, network.Clock, new AdamOptions
                {
                    WeightDecay = options.WeightDecay,
                    Decoupled = options.Optimizer == OptimizerKind.AdamW,
                }),
            OptimizerKind.RmsProp => new RmsProp(network.Device, values, gradients, network.Clock, new RmsPropOptions
            {
                WeightDecay = options.WeightDecay,
            }),
            _ => throw new ArgumentException($"there is no optimiser '{options.Optimizer}'"),
        };
    }
}
