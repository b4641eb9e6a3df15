// Where a training step stands, in device memory: a recorded step (a CUDA graph) reads it anew at every replay.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// The step number, the learning rate and the place in the epoch's order, kept on the device. Dropout takes its random
/// numbers by the step, optimisers their bias correction and learning rate, <see cref="GatherRows.GatherNext"/> its
/// rows by the position. Steps count from 1; <see cref="Advance"/> or GatherNext begins the next one. A number that
/// changes from step to step belongs here: as a kernel's argument it would be frozen in a recorded step.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class TrainingProgress
{
    private readonly ComputeDevice device;
    private readonly Kernel<AdvanceArgs> advance;
    private readonly Kernel<RateArgs> setRate;
    private readonly int[] stepValue = new int[1];
    private float rateValue;

    /// <summary>Begins at step 0.</summary>
    /// <param name="device">Where the numbers are kept.</param>
    public TrainingProgress(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.device = device;
        Step = device.Allocate<int>(new Shape(1));
        LearningRate = device.Allocate<float>(new Shape(1));
        Position = device.Allocate<int>(new Shape(1));
        Epoch = device.Allocate<int>(new Shape(1));
        advance = device.Load<AdvanceArgs>(AdvanceKernel);
        setRate = device.Load<RateArgs>(RateKernel);
    }

    /// <summary>The step under way, [1]; 0 before the first.</summary>
    public Tensor<int> Step { get; }

    /// <summary>The learning rate of the step, [1].</summary>
    public Tensor<float> LearningRate { get; }

    /// <summary>Rows of the epoch's order that were trained on, [1]: where the next mini-batch begins.</summary>
    public Tensor<int> Position { get; }

    /// <summary>The epoch under way, [1]: augmentation draws anew in each.</summary>
    public Tensor<int> Epoch { get; }

    /// <summary>Begins the next step, in stream order.</summary>
    public void Advance() => Add(Step, 1);

    /// <summary>
    /// Moves <see cref="Position"/> on by the rows of a mini-batch, in stream order: a training step's loss does so,
    /// once.
    /// </summary>
    public void MoveOn(int rows) => Add(Position, rows);

    /// <summary>Begins an epoch: back to the first row of the order, in stream order.</summary>
    public void Rewind() => Position.Clear();

    /// <summary>Sets the number of the epoch under way.</summary>
    public void SetEpoch(int epoch)
    {
        stepValue[0] = epoch;
        Epoch.CopyFrom(stepValue);
    }

    private void Add(Tensor<int> counter, int count)
    {
        if (device.IsHost)
        {
            counter.Span[0] += count;
        }
        else
        {
            advance.Launch(1, 1, new AdvanceArgs(counter.View, count));
        }
    }

    /// <summary>Sets the step, as when training resumes.</summary>
    public void SetStep(int step)
    {
        stepValue[0] = step;
        Step.CopyFrom(stepValue);
    }

    /// <summary>Sets the learning rate of the steps to come, in stream order and without waiting.</summary>
    public void SetLearningRate(float rate)
    {
        if (rateValue == rate)
        {
            return;
        }

        rateValue = rate;
        if (device.IsHost)
        {
            LearningRate.Span[0] = rate;
        }
        else
        {
            setRate.Launch(1, 1, new RateArgs(LearningRate.View, rate));
        }
    }

    /// <summary>The step under way, where the host can read it without waiting.</summary>
    /// <exception cref="InvalidOperationException">No step has begun.</exception>
    internal int StepOnHost() => Step.Span[0] >= 1
        ? Step.Span[0]
        : throw new InvalidOperationException(
            $"no step has begun: call {nameof(TrainingProgress)}.{nameof(Advance)}() before the optimiser's step");

    internal static void AdvanceKernel(AdvanceArgs a) => a.Counter[0] += a.Count;

    internal static void RateKernel(RateArgs a) => a.LearningRate[0] = a.Rate;

    internal readonly struct AdvanceArgs(ArrayView<int> counter, int count)
    {
        public readonly ArrayView<int> Counter = counter;
        public readonly int Count = count;
    }

    internal readonly struct RateArgs(ArrayView<float> learningRate, float rate)
    {
        public readonly ArrayView<float> LearningRate = learningRate;
        public readonly float Rate = rate;
    }
}
