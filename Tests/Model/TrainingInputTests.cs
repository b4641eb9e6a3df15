using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Model;

/// <summary>What <see cref="TrainingInput"/> takes from the data where nothing is chosen.</summary>
public sealed class TrainingInputTests
{
    private const int Rate = 1000;

    [Theory]
    [InlineData(5000, 5.0)]
    [InlineData(5001, 5.0)]
    [InlineData(5050, 5.0)]
    [InlineData(5060, 5.1)]
    [InlineData(1000, 1.0)]
    [InlineData(1011, 1.1)]
    [InlineData(665, 0.7)]
    [InlineData(250, 0.3)]
    [InlineData(50, 0.2)]
    [InlineData(20_000, 10.0)]
    public void ClipLength_OfFiles_IsTheTenthOfASecondThatHoldsThemButForAHundredth(int samples, double expected)
    {
        using var folder = new TemporaryFolder();
        foreach (string label in (string[])["a", "b"])
        {
            Directory.CreateDirectory(folder[label]);
            WavWriter.WritePcm16(folder[$"{label}/1.wav"], new float[samples], Rate);
        }

        var input = TrainingInput.Of(
            ClipSource.FromFiles(folder.Path),
            new TrainingInputOptions { Features = FeatureChoice.Named("mfcc"), Training = new TrainingOptions() });

        Assert.Equal(expected, input.ClipSeconds, 1e-9);
        Assert.Equal((int)Math.Round(expected * Rate), input.ClipSamples);
    }
}
