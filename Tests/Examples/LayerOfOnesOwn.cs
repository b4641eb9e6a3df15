// A layer of one's own, added from outside: PReLU, max(x, 0) + slope min(x, 0) with a slope learnt for each channel (He
// et al., "Delving deep into rectifiers", 2015). The record is its settings and its JSON, the stage its two passes, the
// kernels the arithmetic, one body for every device. Once registered, network files and run folders can name it.
//
// In a project of your own the overrides are `protected`. For the visibility of Args see KernelOfOnesOwn.cs.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Tests.Examples;

public static class LayerOfOnesOwn
{
    public static void Run(TextWriter output)
    {
        LayerTypes.Register<PReluLayer>();
        var spec = NetworkSpec.Parse(
            """{"name": "mine", "layers": [{"type": "prelu", "slope": 0.5}, {"type": "flatten"}]}""");

        using var device = ComputeDevice.Open("cpu");
        var network = new Network(device, spec, channels: 2, length: 3, classes: 6);
        NetworkPlan plan = network.PlanFor(batch: 1, training: true);
        plan.Input.CopyFrom([1, -2, 3, -4, 5, -6]);
        plan.Forward();
        plan.LogitsGradient.CopyFrom([1, 1, 1, 1, 1, 1]);
        plan.Backward();

        Parameter slope = network.Parameters.All[0];
        output.WriteLine($"y = {string.Join(" ", plan.Logits.ToArray())}");
        output.WriteLine($"gradient of {slope.Name} = {string.Join(" ", slope.Gradient!.ToArray())}");
    }
}

/// <summary>y = x where x is above 0, else slope[c] x: [C, T] or [N] -> the same.</summary>
[LayerType("prelu")]
public sealed record PReluLayer : Layer
{
    /// <summary>The slope that training begins with.</summary>
    public float Slope { get; init; } = 0.25f;

    protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];

    protected internal override void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs) =>
        own.Learn("slope", new Shape(inputs[0][0]), Slope);

    protected internal override Stage Plan(StagePlan at) => new PReluStage(at);

    // In float64: `nativecnn gradcheck` compares the passes with it.
    protected internal override double[] Formula(LayerFormula at)
    {
        int steps = at.InputShape.Length / at.InputShape[0];
        return [.. at.X.Select((x, i) => x > 0 ? x : at["slope"][i / steps % at.InputShape[0]] * x)];
    }
}

internal sealed class PReluStage(StagePlan at) : Stage
{
    private readonly int channels = at.InputShape[0];
    private readonly Kernel<PReluKernels.Args> forward = at.Device.Load<PReluKernels.Args>(PReluKernels.Forward);
    private readonly Kernel<PReluKernels.Args> input = at.Device.Load<PReluKernels.Args>(PReluKernels.BackwardInput);
    private readonly Kernel<PReluKernels.Args> slopes = at.Device.Load<PReluKernels.Args>(PReluKernels.BackwardSlope);

    public override void Forward() => forward.LaunchOver(at.X.Length, Args(at["slope"].Value, at.Y));

    public override void Backward()
    {
        slopes.LaunchOver(channels, Args(at["slope"].Gradient!, at.DY!));
        if (at.DX is { } dX) // Null where nothing before it learns.
        {
            input.LaunchOver(dX.Length, Args(at["slope"].Value, at.DY!, dX));
        }
    }

    private PReluKernels.Args Args(Tensor<float> slope, Tensor<float> y, Tensor<float>? dX = null) => new(
        at.X.View, slope.View, y.View, (dX ?? y).View, channels, at.X.Length / at.Batch / channels);
}

internal static class PReluKernels
{
    public static void Forward(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.X.IntLength; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = a.X[i] > 0 ? a.X[i] : a.Slope[i / a.Steps % a.Channels] * a.X[i];
        }
    }

    /// <summary>Y is the gradient of the output; that of the input is assigned.</summary>
    public static void BackwardInput(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.X.IntLength; i += Grid.DimX * Group.DimX)
        {
            a.DX[i] = a.X[i] > 0 ? a.Y[i] : a.Slope[i / a.Steps % a.Channels] * a.Y[i];
        }
    }

    /// <summary>A thread a channel. Slope is its gradient, which accumulates.</summary>
    public static void BackwardSlope(Args a)
    {
        for (int channel = Grid.GlobalLinearIndex; channel < a.Channels; channel += Grid.DimX * Group.DimX)
        {
            float sum = 0;
            for (int row = channel * a.Steps; row < a.X.IntLength; row += a.Channels * a.Steps)
            {
                for (int i = row; i < row + a.Steps; i++)
                {
                    sum += a.X[i] > 0 ? 0 : a.X[i] * a.Y[i];
                }
            }

            a.Slope[channel] += sum;
        }
    }

    internal readonly struct Args(
        ArrayView<float> x, ArrayView<float> slope, ArrayView<float> y, ArrayView<float> dX, int channels, int steps)
    {
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Slope = slope;
        public readonly ArrayView<float> Y = y;
        public readonly ArrayView<float> DX = dX;
        public readonly int Channels = channels;
        public readonly int Steps = steps;
    }
}
