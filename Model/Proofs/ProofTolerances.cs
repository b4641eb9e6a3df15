// How much two devices may differ: both compute in float32, in another order. The features of a quiet mel band are
// logarithms of small sums, which is why they have more room than a product has. docs/formats.md has what was measured.
using NativeCnn.Engine.Devices;
using NativeCnn.Model.FeatureSets;

namespace NativeCnn.Model.Proofs;

/// <summary>The errors that are none, each as a part of a stage's largest number (at least 1).</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Waveform">Of resampling.</param>
/// <param name="Features">Of the feature chain.</param>
/// <param name="Normalized">Of the normalisation.</param>
/// <param name="Network">Of a layer and of the logits, from the same normalised features.</param>
/// <param name="Probabilities">Of the probabilities, from the waveform on.</param>
internal sealed record ProofTolerances(
    double Waveform, double Features, double Normalized, double Network, double Probabilities)
{
    /// <summary>Where all is float32.</summary>
    public static ProofTolerances Float32 { get; } = new(1e-5, 1e-4, 1e-5, 1e-4, 1e-3);

    /// <summary>Those of a proof and of the device that is to give the same.</summary>
    public static ProofTolerances Of(ProofSetting setting, FloatPrecision device, FeaturePrecision features)
    {
        ProofTolerances some = Float32;
        if (features == FeaturePrecision.Fp16)
        {
            // A feature on the edge between two numbers of 10 bits behind the point may be rounded to either.
            some = some with { Features = 1e-3, Probabilities = 1e-2 };
        }

        // Products of factors with 10 bits behind the point.
        return setting.Precision == FloatPrecision.Tf32 || device == FloatPrecision.Tf32
            ? some with { Network = 1e-2, Probabilities = 2e-2 }
            : some;
    }
}
