// A network's answers to clips of which it is given stretches: the mean of the logits of some that lie evenly over the
// clip. Where it is given whole clips, its own.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Augmentation;
using NativeCnn.Model.Networks;

namespace NativeCnn.Model.Training;

/// <summary>A forward pass over whole clips.</summary>
internal sealed class CroppedForward
{
    private readonly NetworkPlan plan;
    private readonly int count = 1;
    private readonly TimeCrop? crop;
    private readonly Add? add;
    private readonly ScaleBy? scale;
    private readonly Tensor<float>? share;

    /// <summary>Plans it.</summary>
    /// <param name="device">Where.</param>
    /// <param name="plan">The network's plan for a batch size.</param>
    /// <param name="cropping">The stretches; null for whole clips.</param>
    public CroppedForward(ComputeDevice device, NetworkPlan plan, Cropping? cropping)
    {
        this.plan = plan;
        Input = plan.Input;
        Logits = plan.Logits;
        if (cropping is null)
        {
            return;
        }

        Input = device.Allocate<float>(GraphNode.Batched(cropping.Clip, plan.Batch));
        crop = new TimeCrop(device, Input.Shape, cropping.Frames);
        count = cropping.TestCrops;
        if (count > 1)
        {
            Logits = device.Allocate<float>(plan.Logits.Shape);
            add = new Add(device, Logits.Length);
            scale = new ScaleBy(device, Logits.Length);
            share = device.Upload<float>(new Shape(1), [1f / count]);
        }
    }

    /// <summary>Where the clips go, [B, C, T].</summary>
    public Tensor<float> Input { get; }

    /// <summary>The answers, [B, classes].</summary>
    public Tensor<float> Logits { get; }

    /// <summary>Puts a stretch of the clips to the network's input, where it is not given whole clips.</summary>
    public void Place(int stretch) => crop?.ApplyAt(Input, crop.StartOf(stretch, count), plan.Input);

    /// <summary>Answers for the clips of <see cref="Input"/>.</summary>
    public void Run()
    {
        for (int i = 0; i < count; i++)
        {
            Place(i);
            plan.Forward();
            if (count > 1 && i == 0)
            {
                Logits.CopyFrom(plan.Logits);
            }
            else
            {
                add?.Accumulate(plan.Logits, Logits);
            }
        }

        scale?.Apply(Logits, share!);
    }
}
