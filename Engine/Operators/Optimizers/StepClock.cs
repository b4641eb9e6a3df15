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
    private Tensor<float>? rates;

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
            int step = ++Step.Span[0];
            if (rates is not null)
            {
                LearningRate.Span[0] = rates.Span[(step - 1) % rates.Length];
            }
        }
        else
        {
            advance.Launch(1, 1, new AdvanceArgs(Step.View, LearningRate.View, (rates ?? LearningRate).View));
        }
    }

    /// <summary>
    /// Sets the learning rates of the steps to come, one each: step n takes rate (n - 1) modulo their number. On the
    /// device, so that no step waits for an upload.
    /// </summary>
    public void SetRates(ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        if (rates?.Length != values.Length)
        {
            rates = device.Allocate<float>(new Shape(values.Length));
        }

        rates.CopyFrom(values);
        rateValue[0] = float.NaN;
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
            rates = null;
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

    internal static void AdvanceKernel(AdvanceArgs a)
    {
        int step = a.Step[0] + 1;
        a.Step[0] = step;
        a.LearningRate[0] = a.Rates[(step - 1) % a.Rates.IntLength];
    }

    internal readonly struct AdvanceArgs(ArrayView<int> step, ArrayView<float> learningRate, ArrayView<float> rates)
    {
        public readonly ArrayView<int> Step = step;
        public readonly ArrayView<float> LearningRate = learningRate;

        /// <summary>The rates of the steps to come; the rate itself, one, where there are none.</summary>
        public readonly ArrayView<float> Rates = rates;
    }
}
