using NativeCnn.Engine.Operators;
using NativeCnn.Features.Options;

namespace NativeCnn.Tests.Model.Exporting;

/// <summary>Feature settings, each of them once at another value than the presets have.</summary>
internal static class FeatureVariants
{
    private const int Rate = 8000;

    /// <summary>Every preset, every value of every choice, and numbers off the usual.</summary>
    public static IReadOnlyList<(string Name, FeatureOptions Options)> All { get; } = [.. Variants()];

    private static IEnumerable<(string, FeatureOptions)> Variants()
    {
        foreach (FeaturePreset preset in FeaturePresets.All)
        {
            yield return (preset.Name, preset.Create(Rate));
            yield return ($"{preset.Name} deltas", preset.Create(11025) with { Deltas = 2 });
        }

        FeatureOptions mfcc = FeatureOptions.Mfcc(Rate);
        FeatureOptions kaldi = FeatureOptions.Kaldi(Rate);
        foreach (WindowKind kind in Enum.GetValues<WindowKind>())
        {
            yield return ($"window {kind}", mfcc with { Window = kind, PeriodicWindow = (int)kind % 2 == 0 });
        }

        FeatureOptions kaiser = mfcc with { Window = WindowKind.Kaiser, WindowParameter = 5.5 };
        yield return ("window parameter", kaiser with { WindowLength = 201 });
        foreach (PadMode mode in Enum.GetValues<PadMode>())
        {
            yield return ($"pad {mode}", mfcc with { PadMode = mode });
            yield return ($"pad {mode} every hop", kaldi with { PadMode = mode, SnipEdges = false });
            FeatureOptions longer = mfcc with { PadMode = mode, FftSize = 20_001, HopLength = 500 };
            yield return ($"pad {mode} longer than a clip", longer);
        }

        foreach (LogScale scale in Enum.GetValues<LogScale>())
        {
            yield return ($"log {scale}", mfcc with { Log = scale, LogReference = 0.5, LogFloor = 1e-6 });
        }

        yield return ("log below maximum", mfcc with { ReferenceIsMaximum = true, TopDb = 40 });
        yield return ("log without limit", mfcc with { TopDb = null });
        foreach (MelNorm norm in Enum.GetValues<MelNorm>())
        {
            FeatureOptions mel = mfcc with { MelNorm = norm, MelScale = MelScale.Htk, Kind = FeatureKind.LogMel };
            yield return ($"mel {norm}", mel);
        }

        yield return ("mel shape", mfcc with { MelShape = MelShape.Mel });
        yield return ("mel grid", mfcc with { BinGrid = BinGrid.Linspace, FftSize = 401, SampleRate = 8001 });
        yield return ("warp", mfcc with { VtlnWarp = 1.1, MinFrequency = 20, MelScale = MelScale.Htk });
        yield return ("magnitude", mfcc with { Power = 1 });
        foreach (DctNorm norm in new[] { DctNorm.None, DctNorm.Ortho })
        {
            for (int type = 1; type <= 3; type++)
            {
                yield return ($"dct {type} {norm}", mfcc with { DctType = type, DctNorm = norm, Coefficients = 13 });
            }
        }

        yield return ("lifter", mfcc with { Lifter = 22, LifterStart = 1 });
        yield return ("windowed energy", kaldi with { RawEnergy = false });
        yield return ("energy of log mel", kaldi with { Kind = FeatureKind.LogMel });
        yield return ("energy last", kaldi with { Kind = FeatureKind.LogMel, FirstRowLast = true });
        yield return ("energy of HTK", FeatureOptions.Htk(Rate) with { UseEnergy = true });
        foreach (DeltaBorder border in Enum.GetValues<DeltaBorder>())
        {
            yield return ($"deltas {border}", mfcc with { Deltas = 2, DeltaBorder = border, DeltaWidth = 7 });
        }

        yield return ("regression", mfcc with { Deltas = 2, DeltaConvention = DeltaConvention.Regression });
        FeatureOptions article = FeatureOptions.Article(Rate);
        foreach (WaveletBorder border in Enum.GetValues<WaveletBorder>())
        {
            FeatureOptions wavelet = article with { WaveletName = "sym5", WaveletBorder = border, WaveletLevels = 4 };
            yield return ($"wavelet {border}", wavelet with { Coefficients = 20, LifterStart = 0 });
        }
    }
}
