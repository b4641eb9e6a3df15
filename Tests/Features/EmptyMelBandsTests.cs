// Mel bands that no bin of the spectrum lies in are found and told, with settings that have none; presets have none.

using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Tests.Cli;

namespace NativeCnn.Tests.Features;

public sealed class EmptyMelBandsTests
{
    private static readonly FeatureOptions Narrow = new()
    {
        SampleRate = 16000,
        FftSize = 400,
        HopLength = 200,
        MelBands = 128,
        Coefficients = 40,
        MelScale = MelScale.Htk,
        MelNorm = MelNorm.None,
        Kind = FeatureKind.LogMel,
    };

    [Fact]
    public void EmptyMelBands_OfNarrowBands_AreTheRowsWithoutAWeight()
    {
        var bank = MelFilterbank.Create(Narrow);
        int[] constant =
        [
            .. Enumerable.Range(0, 128).Where(
                band => bank.Matrix.Slice(band * bank.Bins, bank.Bins).IndexOfAnyExcept(0f) < 0),
        ];

        Assert.Equal(constant, EmptyMelBands.Of(Narrow));
        Assert.Equal(4, constant.Length);
        string warning = EmptyMelBands.Warning(Narrow)!;
        Assert.Contains("4 of 128 mel bands", warning, StringComparison.Ordinal);
        Assert.Contains($"are constant: {string.Join(", ", constant)}", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void EmptyMelBands_OfTheSettingsThatTheWarningNames_AreNone()
    {
        string warning = EmptyMelBands.Warning(Narrow)!;
        int Number(string name)
        {
            int at = warning.IndexOf($"{name} ", warning.IndexOf("constant", StringComparison.Ordinal),
                StringComparison.Ordinal) + name.Length + 1;
            return int.Parse(warning[at..].Split(' ', ';')[0], System.Globalization.CultureInfo.InvariantCulture);
        }

        Assert.Empty(EmptyMelBands.Of(Narrow with { MelBands = Number("mel_bands") }));
        Assert.Empty(EmptyMelBands.Of(Narrow with { FftSize = Number("fft_size") }));
    }

    [Fact]
    public void EmptyMelBands_OfFeaturesWithoutMelBands_AreNone()
    {
        Assert.Empty(EmptyMelBands.Of(FeatureOptions.Raw(8000)));
        Assert.Empty(EmptyMelBands.Of(FeatureOptions.Mfcc(16000)));
        Assert.Null(EmptyMelBands.Warning(FeatureOptions.Mfcc(16000)));
    }

    [Fact]
    public void FeaturesAndTrain_WithEmptyMelBands_SaySo()
    {
        using SoundFolder sounds = SoundFolder.OfClasses(2, 4);
        using var elsewhere = new SoundFolder();
        string chain = elsewhere["narrow.json"];
        File.WriteAllText(chain, (Narrow with { SampleRate = 8000, FftSize = 200, HopLength = 100 }).ToJson());

        CliRun features = CliRun.Of(
            "features", Directory.GetFiles(sounds.Path, "*.wav", SearchOption.AllDirectories)[0], "--features", chain,
            "--device", "cpu").Succeeded();
        CliRun train = CliRun.Of(
            "train", "--data", sounds.Path, "--features", chain, "--epochs", "1", "--device", "cpu", "--no-cache",
            "--output", elsewhere["run"], "--model", "tiny").Succeeded();

        Assert.Contains("of 128 mel bands have no bin", Assert.Single(features.Error), StringComparison.Ordinal);
        Assert.Contains(
            train.Output.Concat(train.Error),
            line => line.Contains("of 128 mel bands have no bin", StringComparison.Ordinal));
    }
}
