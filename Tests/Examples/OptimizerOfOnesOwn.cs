// An optimiser of one's own, added from outside: sign descent with momentum (Bernstein et al., "signSGD", 2018). The
// record is its settings and its JSON, the class its memory and its step, the kernel the arithmetic, one body for every
// device. Once registered, `--optimizer`, TrainingOptions and run folders can name it.
//
// For the visibility of Args see KernelOfOnesOwn.cs.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Examples;

public static class OptimizerOfOnesOwn
{
    public static void Run(TextWriter output)
    {
        OptimizerTypes.Register<SignDescentOptions>();
        var options = new TrainingOptions { Optimizer = new SignDescentOptions { Momentum = 0.5f } };

        using var device = ComputeDevice.Open("simulator");
        Tensor<float> values = device.Upload<float>(new Shape(3), [1, 2, 3]);
        Tensor<float> gradients = device.Upload<float>(new Shape(3), [0.5f, 0, -4]);
        var progress = new TrainingProgress(device);
        progress.SetLearningRate(0.25f);
        progress.Advance();
        options.Optimizer.Create(device, values, gradients, progress).Step();

        output.WriteLine($"{string.Join(", ", OptimizerTypes.Names)}");
        output.WriteLine($"parameters = {string.Join(" ", values.ToArray())}");
    }
}

/// <summary>b = momentum b + gradient, p -= learningRate sign(b), gradient = 0.</summary>
[OptimizerType("sign_descent", "steps of the same length in every parameter")]
public sealed record SignDescentOptions : OptimizerOptions
{
    /// <summary>The share of the last direction that is kept.</summary>
    public float Momentum { get; init; } = 0.9f;

    public override void Validate() => ExpectFromZero("momentum", Momentum);

    public override IOptimizer Create(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress) =>
        new SignDescent(device, values, gradients, progress, this);
}

internal sealed class SignDescent : IOptimizer
{
    private readonly int length;
    private readonly Kernel<SignDescentKernels.Args> step;
    private readonly SignDescentKernels.Args args;

    public SignDescent(
        ComputeDevice device, Tensor<float> values, Tensor<float> gradients, TrainingProgress progress,
        SignDescentOptions options)
    {
        length = values.Length;
        Tensor<float> momentum = device.Allocate<float>(values.Shape);
        State = [("momentum_buffer", momentum)];
        step = device.Load<SignDescentKernels.Args>(SignDescentKernels.Step);
        args = new SignDescentKernels.Args(
            values.View, gradients.View, momentum.View, progress.LearningRate.View, options.Momentum);
    }

    public IReadOnlyList<(string Name, Tensor<float> Value)> State { get; }

    public void Step() => step.LaunchOver(length, args);
}

internal static class SignDescentKernels
{
    public static void Step(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Values.IntLength; i += Grid.DimX * Group.DimX)
        {
            float b = (a.Keep * a.Buffer[i]) + a.Gradients[i];
            a.Buffer[i] = b;
            a.Values[i] -= b > 0 ? a.LearningRate[0] : b < 0 ? -a.LearningRate[0] : 0;
            a.Gradients[i] = 0;
        }
    }

    internal readonly struct Args(
        ArrayView<float> values, ArrayView<float> gradients, ArrayView<float> buffer, ArrayView<float> learningRate,
        float keep)
    {
        public readonly ArrayView<float> Values = values;
        public readonly ArrayView<float> Gradients = gradients;
        public readonly ArrayView<float> Buffer = buffer;
        public readonly ArrayView<float> LearningRate = learningRate;
        public readonly float Keep = keep;
    }
}
