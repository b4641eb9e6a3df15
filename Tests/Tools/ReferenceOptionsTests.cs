// Settings of other systems: what is not known, or cannot be computed, is refused by its name.

using System.Text.Json;
using NativeCnn.Features.Options;
using NativeCnn.Tools.Differences;

namespace NativeCnn.Tests.Tools;

public class ReferenceOptionsTests
{
    [Theory]
    [InlineData("librosa 1.0", """{"sr": 16000, "n_ffft": 512}""", "n_ffft")]
    [InlineData("librosa 1.0", """{"sr": 16000, "pad_mode": "linear_ramp"}""", "linear_ramp")]
    [InlineData("librosa 1.0", """{"sr": 16000, "window": "dpss"}""", "dpss")]
    [InlineData("librosa 1.0", """{"sr": 16000, "power": 1.5}""", "power")]
    [InlineData("librosa 1.0", """{"sr": 16000, "norm": 3}""", "norm")]
    [InlineData("librosa 1.0", """{"sr": 16000, "n_mels": "many"}""", "n_mels")]
    [InlineData("librosa 1.0", """{"sr": 16000, "delta_mode": "cubic"}""", "cubic")]
    [InlineData("torchaudio 2.6", """{"mel_scale": "bark"}""", "bark")]
    [InlineData("torchaudio 2.6", """{"onesided": false}""", "onesided")]
    [InlineData("torchaudio 2.6", """{"wkwargs": {"gamma": 1}}""", "gamma")]
    [InlineData("torchaudio 2.6 compliance.kaldi", """{"dither": 1.0}""", "dither")]
    [InlineData("torchaudio 2.6 compliance.kaldi", """{"num_cepstra": 13}""", "num_cepstra")]
    [InlineData("torchaudio 2.6", """{"sample_rate": 8000, "n_mels": 20, "f_max": 5000.0}""", "setting f_max")]
    [InlineData("torchaudio 2.6", """{"power": 3}""", "setting power")]
    [InlineData("torchaudio 2.6", """{"n_fft": 0}""", "setting n_fft")]
    [InlineData("torchaudio 2.6", """{"win_length": 500}""", "setting win_length")]
    [InlineData("torchaudio 2.6", """{"pad": -1}""", "setting pad")]
    [InlineData("torchaudio 2.6 compliance.kaldi", """{"dither": -1}""", "setting dither")]
    [InlineData("torchaudio 2.6 compliance.kaldi", """{"dither": -0.5}""", "setting dither")]
    [InlineData("torchaudio 2.6 compliance.kaldi", """{"channel": 2}""", "setting channel")]
    [InlineData("torchaudio 2.6 compliance.kaldi", """{"high_freq": 9000}""", "setting high_freq")]
    [InlineData("librosa 1.0", """{"sr": 16000, "fmax": 9000}""", "setting fmax")]
    [InlineData("librosa 1.0", """{"sr": 16000, "window": ["kaiser", "wide"]}""", "setting window")]
    [InlineData("essentia", "{}", "essentia")]
    [InlineData("librosa 1.0", "[]", "JSON object")]
    public void ReferenceOptions_ThatAreNotKnownOrCannotBeComputed_AreRefusedByName(
        string producer, string config, string named)
    {
        using var document = JsonDocument.Parse(config);
        FeatureOptionsException error = Assert.Throws<FeatureOptionsException>(
            () => ReferenceOptions.Read(document.RootElement, producer));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReferenceOptions_WithoutAny_AreTheDefaultsOfTheSystem()
    {
        using var document = JsonDocument.Parse("{}");
        Assert.Equal(FeatureOptions.Librosa(22050), ReferenceOptions.Read(document.RootElement, "librosa 1.0").Options);
        Assert.Equal(
            FeatureOptions.TorchAudio(16000), ReferenceOptions.Read(document.RootElement, "torchaudio 2.6").Options);
        Assert.Equal(
            FeatureOptions.Kaldi(16000) with { UseEnergy = false, EnergyFloor = 1, MaxFrequency = 8000 },
            ReferenceOptions.Read(document.RootElement, "torchaudio 2.6 compliance.kaldi").Options);
    }
}
