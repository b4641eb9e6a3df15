// The way of a block of clips through one device: samples, features, the moments of their rows. On the host each lane
// has a device of its own with one worker, so that as many blocks are on their way as there are processors, and none
// waits for another; a GPU has one lane.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Computes the features of blocks. For one thread.</summary>
internal sealed class FeatureLane
{
    private readonly FeatureExtractor extractor;
    private readonly RateBridges bridges;
    private readonly ComputeDevice device;
    private readonly bool isHalf;

    /// <summary>Plans for blocks of one size.</summary>
    /// <param name="device">Where.</param>
    /// <param name="format">Features and clip length.</param>
    /// <param name="rows">Clips of a block.</param>
    public FeatureLane(ComputeDevice device, ClipFormat format, int rows)
    {
        this.device = device;
        isHalf = format.Precision == FeaturePrecision.Fp16;
        extractor = new FeatureExtractor(device, format.Features, rows, format.ClipSamples);
        bridges = new RateBridges(device, format, rows);
        Samples = device.Allocate<float>(new Shape(rows, format.ClipSamples));
        Features = device.Allocate<float>(extractor.Output);
        Moments = device.Allocate<float>(new Shape(rows, format.Channels, RowMoments.Count));
    }

    /// <summary>[rows, clip samples].</summary>
    public Tensor<float> Samples { get; }

    /// <summary>[rows, C, T].</summary>
    public Tensor<float> Features { get; }

    /// <summary>[rows, C, 2], see <see cref="RowMoments"/>.</summary>
    public Tensor<float> Moments { get; }

    /// <summary>Takes a block through; what is behind its last clip is features of silence.</summary>
    public void Compute(ClipBlock block)
    {
        block.CopyTo(Samples);
        bridges.Cross(block.Foreign, Samples);
        extractor.Extract(Samples, Features);
        if (isHalf)
        {
            HalfRounding.Apply(device, Features);
        }

        RowMoments.Compute(Features, Moments);
    }
}
