// The optimisers against PyTorch: the parameters after each of the file's steps.
using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Engine.Golden;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Optimizers;

public sealed class OptimizerGoldenTests
{
    public static TheoryData<string, string> Optimizers => GoldenLimits.Covered("optim-");

    [SkippableTheory]
    [MemberData(nameof(Optimizers))]
    public void Optimizer_Trajectory_AgreesWithPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        float[] initial = golden.Floats("initial").Values;
        float[] gradients = golden.Floats("gradients").Values;
        GoldenTensor<float> trajectory = golden.Floats("trajectory");
        int length = initial.Length;
        Tensor<float> parameters = device.Upload<float>(new Shape(length), initial);
        Tensor<float> gradient = device.Allocate<float>(new Shape(length));
        var progress = new TrainingProgress(device);
        progress.SetLearningRate(Number(golden, "lr", 0.001f));
        IOptimizer optimizer = OptionsOf(golden).Create(device, parameters, gradient, progress);

        for (int step = 0; step < trajectory.Shape[0]; step++)
        {
            gradient.CopyFrom(gradients.AsSpan(step * length, length));
            progress.Advance();
            optimizer.Step();

            Closeness.Close(
                $"{name} after step {step + 1}", parameters.ToArray(),
                trajectory.Values.AsSpan(step * length, length), 2e-5, length);
            Assert.All(gradient.ToArray(), value => Assert.Equal(0f, value));
        }
    }

    private static OptimizerOptions OptionsOf(GoldenFile golden)
    {
        float weightDecay = Number(golden, "weight_decay", 0f);
        if (golden.Config.TryGetProperty("betas", out JsonElement betas))
        {
            float beta1 = betas[0].GetSingle();
            float beta2 = betas[1].GetSingle();
            float epsilon = Number(golden, "eps", 1e-8f);
            return golden.Name.StartsWith("optim-adamw", StringComparison.Ordinal) ||
                Flag(golden, "decoupled_weight_decay")
                ? new AdamWOptions { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, WeightDecay = weightDecay }
                : new AdamOptions { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, WeightDecay = weightDecay };
        }

        float momentum = Number(golden, "momentum", 0f);
        return golden.Name.StartsWith("optim-rmsprop", StringComparison.Ordinal)
            ? new RmsPropOptions
            {
                Alpha = Number(golden, "alpha", 0.99f),
                Epsilon = Number(golden, "eps", 1e-8f),
                Momentum = momentum,
                Centered = Flag(golden, "centered"),
                WeightDecay = weightDecay,
            }
            : new SgdOptions
            {
                Momentum = momentum,
                Dampening = Number(golden, "dampening", 0f),
                Nesterov = Flag(golden, "nesterov"),
                WeightDecay = weightDecay,
            };
    }

    private static float Number(GoldenFile golden, string setting, float otherwise) =>
        golden.Config.TryGetProperty(setting, out JsonElement value) ? value.GetSingle() : otherwise;

    private static bool Flag(GoldenFile golden, string setting) =>
        golden.Config.TryGetProperty(setting, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}
