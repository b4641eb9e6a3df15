// SGD and Adam against PyTorch: the parameters after each of the file's steps.
using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

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
        var clock = new StepClock(device);
        clock.SetLearningRate(Number(golden, "lr", 0.001f));
        IOptimizer optimizer = Create(device, golden, parameters, gradient, clock);

        for (int step = 0; step < trajectory.Shape[0]; step++)
        {
            gradient.CopyFrom(gradients.AsSpan(step * length, length));
            clock.Advance();
            optimizer.Step();

            Closeness.Close(
                $"{name} after step {step + 1}", parameters.ToArray(),
                trajectory.Values.AsSpan(step * length, length), 2e-5, length);
            Assert.All(gradient.ToArray(), value => Assert.Equal(0f, value));
        }
    }

    private static IOptimizer Create(
        ComputeDevice device, GoldenFile golden, Tensor<float> parameters, Tensor<float> gradient, StepClock clock)
    {
        if (golden.Config.TryGetProperty("betas", out JsonElement betas))
        {
            bool decoupled = golden.Name.StartsWith("optim-adamw", StringComparison.Ordinal) ||
                Flag(golden, "decoupled_weight_decay");
            return new Adam(device, parameters, gradient, clock, new AdamOptions(
                betas[0].GetSingle(), betas[1].GetSingle(), Number(golden, "eps", 1e-8f),
                Number(golden, "weight_decay", 0f), decoupled));
        }

        if (golden.Name.StartsWith("optim-rmsprop", StringComparison.Ordinal))
        {
            return new RmsProp(device, parameters, gradient, clock, new RmsPropOptions(
                Number(golden, "alpha", 0.99f), Number(golden, "eps", 1e-8f), Number(golden, "momentum", 0f),
                Flag(golden, "centered"), Number(golden, "weight_decay", 0f)));
        }

        return new Sgd(device, parameters, gradient, clock, new SgdOptions(
            Number(golden, "momentum", 0f), Number(golden, "dampening", 0f), Flag(golden, "nesterov"),
            Number(golden, "weight_decay", 0f)));
    }

    private static float Number(GoldenFile golden, string setting, float otherwise) =>
        golden.Config.TryGetProperty(setting, out JsonElement value) ? value.GetSingle() : otherwise;

    private static bool Flag(GoldenFile golden, string setting) =>
        golden.Config.TryGetProperty(setting, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}
