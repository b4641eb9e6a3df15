// Kaldi's MFCC.
using System.Numerics;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// What Kaldi's compute-mfcc-feats does by default, without dither (torchaudio.compliance.kaldi.mfcc with
    /// use_energy and an energy_floor of 0, Kaldi's own; torchaudio has 1): frames of 25 ms every 10 ms, filled up to a
    /// power of two; energy in place of the first coefficient.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static FeatureOptions Kaldi(int sampleRate)
    {
        int window = Math.Max(2, sampleRate / 40);
        return new()
        {
            SampleRate = sampleRate,
            SampleScale = 32768,
            RemoveDc = true,
            PreEmphasis = 0.97,
            FftSize = (int)BitOperations.RoundUpToPowerOf2((uint)window),
            HopLength = Math.Max(1, sampleRate / 100),
            WindowLength = window,
            Window = WindowKind.Povey,
            PeriodicWindow = false,
            Center = false,
            FrameIsWindow = true,
            PadMode = PadMode.Symmetric,
            MelBands = 23,
            MelScale = MelScale.Htk,
            MelShape = MelShape.Mel,
            MelNorm = MelNorm.None,
            MinFrequency = 20,
            Log = LogScale.FlooredNatural,
            LogFloor = 1.1920929e-7,
            Coefficients = 13,
            Lifter = 22,
            LifterStart = 0,
            UseEnergy = true,
            EnergyFloor = 0,
            DeltaConvention = DeltaConvention.Regression,
        };
    }
}
