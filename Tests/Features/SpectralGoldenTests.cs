// The spectral chain against librosa and torchaudio, stage by stage, with every setting taken from the files.

using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public class SpectralGoldenTests
{
    public static TheoryData<string> Librosa => GoldenFolder.Family("mfcc-librosa-");

    public static TheoryData<string> TorchAudio => GoldenFolder.Family("mfcc-torchaudio-");

    [SkippableTheory]
    [MemberData(nameof(Librosa))]
    [MemberData(nameof(TorchAudio))]
    public void MelFilterbank_OfTheirSettings_IsTheirs(string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        MelFilterbank bank = MelFilterbank.Create(GoldenChain.Of(golden).Options);

        Closeness.CloseToScale(golden.Floats("mel_filterbank"), bank.Matrix, 1e-4);
    }

    [SkippableTheory]
    [MemberData(nameof(Librosa))]
    [MemberData(nameof(TorchAudio))]
    public void Mfcc_EveryStage_IsTheirs(string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        (FeatureOptions options, float[] signal, _) = GoldenChain.Of(golden);
        ReferenceMfcc ours = ReferenceMfcc.Of(signal, options);

        Closeness.CloseToScale(golden.Floats("power_spectrogram"), ours.Power, 1e-4);
        Closeness.CloseToScale(golden.Floats("mel"), ours.Mel, 1e-4);
        if (golden.Has("log_mel"))
        {
            Closeness.Close(golden.Floats("log_mel"), ours.LogMel, 1e-3);
        }

        Closeness.Close(golden.Floats("mfcc"), ours.Mfcc, 1e-3);
    }
}
