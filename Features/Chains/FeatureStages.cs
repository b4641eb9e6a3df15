using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;

namespace NativeCnn.Features.Chains;

/// <summary>What <see cref="FeatureExtractor.Stages"/> gives: the values between the clip and its features.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class FeatureStages
{
    private readonly Tensor<float>? mel;
    private readonly Tensor<float>? logMel;

    internal FeatureStages(FeaturePlan plan)
    {
        Power = plan.Device.Allocate<float>(new Shape(plan.Batch, plan.Options.Bins, plan.Frames));
        if (plan.Options.Kind == FeatureKind.WaveletCepstrum)
        {
            LogSpectrum = plan.Device.Allocate<float>(Power.Shape);
            Wavelet = plan.Device.Allocate<float>(new Shape(plan.Batch, plan.Options.TransformLength, plan.Frames));
            return;
        }

        mel = plan.Device.Allocate<float>(new Shape(plan.Batch, plan.Options.MelBands, plan.Frames));
        logMel = plan.Device.Allocate<float>(mel.Shape);
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
    /// <exception cref="InvalidOperationException">The chain has no mel bands.</exception>
    public Tensor<float> Mel => mel ?? throw WithoutMel();

    /// <summary>Its logarithm, no lower than topDb allows on the decibel scale, [batch, bands, frames].</summary>
    /// <exception cref="InvalidOperationException">The chain has no mel bands.</exception>
    public Tensor<float> LogMel => logMel ?? throw WithoutMel();

    /// <summary>A wavelet cepstrum's logarithm of the spectrogram, [batch, bins, frames].</summary>
    public Tensor<float>? LogSpectrum { get; }

    /// <summary>A wavelet cepstrum's coefficients before liftering, [batch, coefficients, frames].</summary>
    public Tensor<float>? Wavelet { get; }

    /// <summary>The logarithm of every frame's energy where it is used, [batch, frames].</summary>
    public Tensor<float>? Energy { get; }

    /// <summary>Portable devices: the windowed frames, [batch * frames, fft].</summary>
    internal Tensor<float>? Windowed { get; }

    /// <summary>Portable devices: their transforms, [batch * frames, bins, 2].</summary>
    internal Tensor<float>? Spectrum { get; }

    internal RealFft? Fft { get; }

    private static InvalidOperationException WithoutMel() =>
        new("a wavelet cepstrum has no mel bands: look at LogSpectrum and Wavelet");
}
