// Where a training step stands, in device memory: a recorded step (a CUDA graph) reads it anew at every replay.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The step number and the learning rate, kept on the device. Dropout takes its random numbers by the step, optimisers
/// their bias correction and learning rate. Steps count from 1; <see cref="Advance"/> begins the next one.
/// </summary>
public sealed class StepClock
{
    private readonly ComputeDevice device;
    private readonly Kernel<AdvanceArgs> advance;
    private readonly int[] stepValue = new int[1];
    private readonly float[] rateValue = new float[1];

    /// <summary>Creates a clock at step 0.</summary>
    public StepClock(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.device = device;
        Step = device.Allocate<int>(new Shape(1));
        LearningRate = device.Allocate<float>(new Shape(1));
        advance = device.Load<AdvanceArgs>(AdvanceKernel);
    }

    /// <summary>The step under way, [1]; 0 before the first.</summary>
    public Tensor<int> Step { get; }

    /// <summary>The learning rate of the step, [1].</summary>
    public Tensor<float> LearningRate { get; }

    /// <summary>Begins the next step, in stream order.</summary>
    public void Advance()
    {
        if (device.IsHost)
        {
            Step.Span[0]++;
        }
        else
        {
            advance.Launch(1, 1, new AdvanceArgs(Step.View));
        }
    }

    /// <summary>Sets the step, as when training resumes.</summary>
    public void SetStep(int step)
    {
        stepValue[0] = step;
        Step.CopyFrom(stepValue);
    }

    /// <summary>Sets the learning rate of the steps to come.</summary>
    public void SetLearningRate(float rate)
    {
        if (rateValue[0] != rate)
        {
            rateValue[0] = rate;
            LearningRate.CopyFrom(rateValue);
        }
    }

    /// <summary>The step under way, where the host can read it without waiting.</summary>
    /// <exception cref="InvalidOperationException">No step has begun.</exception>
    internal int StepOnHost() => Step.Span[0] >= 1
        ? Step.Span[0]
        : throw new InvalidOperationException(
            $"no step has begun: call {nameof(Advance)}() before the optimiser's step");

    internal static void AdvanceKernel(AdvanceArgs a) => a.Step[0] += 1;

    internal readonly struct AdvanceArgs(ArrayView<int> step)
    {
        public readonly ArrayView<int> Step = step;
    }
}
