// HTK's MFCC.
using System.Numerics;

namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>
    /// What HTK's HCopy does with TARGETKIND = MFCC_0 and the options of the HTK Book's tutorial: frames of 25 ms every
    /// 10 ms, pre-emphasis 0.97, Hamming, 26 channels of magnitudes, 12 coefficients liftered by 22, and behind them
    /// the 0th. ZMEANSOURCE = T is <see cref="RemoveDc"/>, USEPOWER = T a <see cref="Power"/> of 2, NUMCHANS
    /// <see cref="MelBands"/>, NUMCEPS <see cref="Coefficients"/> less 1; MFCC_E with ENORMALISE = F is
    /// <see cref="UseEnergy"/>, _D and _A are <see cref="Deltas"/>, _Z is <see cref="SubtractMean"/>. Source: S. Young
    /// et al., "The HTK Book" (3.4), 3.1.5, 5.2 to 5.6 and 5.9.
    /// </summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static FeatureOptions Htk(int sampleRate)
    {
        int window = Math.Max(2, sampleRate / 40);
        return new()
        {
            SampleRate = sampleRate,
            SampleScale = 32768,
            PreEmphasis = 0.97,
            FftSize = (int)BitOperations.RoundUpToPowerOf2((uint)window),
            HopLength = Math.Max(1, sampleRate / 100),
            WindowLength = window,
            Window = WindowKind.Hamming,
            PeriodicWindow = false,
            Center = false,
            FrameIsWindow = true,
            Power = 1,
            MelBands = 26,
            MelScale = MelScale.Htk,
            MelShape = MelShape.Mel,
            MelNorm = MelNorm.None,
            Log = LogScale.FlooredNatural,
            LogFloor = 1,
            Coefficients = 13,
            DctNorm = DctNorm.Htk,
            Lifter = 22,
            LifterStart = 0,
            EnergyFloor = 0,
            FirstRowLast = true,
            DeltaConvention = DeltaConvention.Regression,
        };
    }
}
