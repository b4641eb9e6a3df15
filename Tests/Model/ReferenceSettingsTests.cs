// Settings of other systems: what is not known, or cannot be computed, is refused by its name.

using System.Text.Json;
using NativeCnn.Features.Spectral;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Differences;

namespace NativeCnn.Tests.Model;

public class ReferenceSettingsTests
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
    [InlineData("essentia", "{}", "essentia")]
    [InlineData("librosa 1.0", "[]", "JSON object")]
    public void ReferenceSettings_ThatAreNotKnown_AreRefusedByName(string producer, string config, string named)
    {
        using var document = JsonDocument.Parse(config);
        FeatureSettingsException error = Assert.Throws<FeatureSettingsException>(
            () => ReferenceSettings.Read(document.RootElement, producer));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReferenceSettings_WithoutAny_AreTheDefaultsOfTheSystem()
    {
        using var document = JsonDocument.Parse("{}");
        Assert.Equal(FeatureOptions.Librosa(22050), ReferenceSettings.Read(document.RootElement, "librosa 1.0").Options);
        Assert.Equal(
            FeatureOptions.TorchAudio(16000), ReferenceSettings.Read(document.RootElement, "torchaudio 2.6").Options);
        Assert.Equal(
            FeatureOptions.Kaldi(16000) with { UseEnergy = false, MaxFrequency = 8000 },
            ReferenceSettings.Read(document.RootElement, "torchaudio 2.6 compliance.kaldi").Options);
    }
}
