using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features;

/// <summary>What <see cref="FeatureExtractor.Stages"/> gives: the values between the clip and its features.</summary>
public sealed class FeatureStages
{
    internal FeatureStages(FeaturePlan plan)
    {
        Power = plan.Device.Allocate<float>(new Shape(plan.Batch, plan.Options.Bins, plan.Frames));
        Mel = plan.Device.Allocate<float>(new Shape(plan.Batch, plan.Options.MelBands, plan.Frames));
        LogMel = plan.Device.Allocate<float>(Mel.Shape);
        Energy = plan.Options.UseEnergy
            ? plan.Device.Allocate<float>(new Shape(plan.Batch, plan.Frames))
            : null;
        if (!plan.Device.IsHost)
        {
            int rows = checked(plan.Batch * plan.Frames);
            Windowed = plan.Device.Allocate<float>(new Shape(rows, plan.Options.FftSize));
            Spectrum = plan.Device.Allocate<float>(new Shape(rows, plan.Options.Bins, 2));
            Fft = new RealFft(plan.Device, rows, plan.Options.FftSize);
        }
    }

    /// <summary>The power (or magnitude) spectrogram, [batch, bins, frames].</summary>
    public Tensor<float> Power { get; }

    /// <summary>The mel spectrogram, [batch, bands, frames].</summary>
    public Tensor<float> Mel { get; }

    /// <summary>Its logarithm, no lower than topDb allows on the decibel scale, [batch, bands, frames].</summary>
    public Tensor<float> LogMel { get; }

    /// <summary>The logarithm of every frame's energy where it is used, [batch, frames].</summary>
    public Tensor<float>? Energy { get; }

    /// <summary>Portable devices: the windowed frames, [batch * frames, fft].</summary>
    internal Tensor<float>? Windowed { get; }

    /// <summary>Portable devices: their transforms, [batch * frames, bins, 2].</summary>
    internal Tensor<float>? Spectrum { get; }

    internal RealFft? Fft { get; }
}
