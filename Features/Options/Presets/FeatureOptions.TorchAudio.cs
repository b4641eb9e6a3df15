// torchaudio's MFCC.
namespace NativeCnn.Features.Options;

public sealed partial record FeatureOptions
{
    /// <summary>What <c>torchaudio.transforms.MFCC(sampleRate)</c> does by default, torchaudio 2.6.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static FeatureOptions TorchAudio(int sampleRate) => new()
    {
        SampleRate = sampleRate,
        FftSize = 400,
        HopLength = 200,
        PadMode = PadMode.Reflect,
        MelScale = MelScale.Htk,
        MelNorm = MelNorm.None,
        BinGrid = BinGrid.Linspace,
        Coefficients = 40,
        DeltaConvention = DeltaConvention.Regression,
    };
}
