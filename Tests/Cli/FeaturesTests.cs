using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Model.Formats;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary><c>features</c>: pictures, and <c>features diff</c>.</summary>
public sealed class FeaturesTests : IDisposable
{
    private readonly SoundFolder sounds = new();
    private readonly string sound;

    public FeaturesTests() => sound = sounds.Write("seven.wav", 3, 1);

    public void Dispose() => sounds.Dispose();

    [Theory]
    [InlineData("mfcc")]
    [InlineData("article")]
    [InlineData("logmel")]
    public void FeaturesOutput_OfAPicture_IsAPngOrAnSvg(string chain)
    {
        CliRun.Of("features", sound, "--features", chain, "--device", "cpu", "--output", sounds["x.png"]).Succeeded();
        CliRun.Of("features", sound, "--features", chain, "--device", "cpu", "--output", sounds["x.svg"]).Succeeded();

        byte[] png = File.ReadAllBytes(sounds["x.png"]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.True(png.Length > 20_000, $"{png.Length} bytes");
        string svg = File.ReadAllText(sounds["x.svg"]);
        Assert.Contains("<svg", svg, StringComparison.Ordinal);
        Assert.EndsWith("</svg>", svg.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void FeaturesDiff_OfWhatItWroteItself_AgreesAndEndsWith0()
    {
        string reference = Written("librosa");
        CliRun run = CliRun.Of(
            "features", "diff", sound, "--reference", reference, "--features", "librosa").Succeeded();

        Assert.StartsWith("agrees", run.Output[0], StringComparison.Ordinal);
    }

    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void FeaturesDiff_OfAnotherMelScale_SaysWhereAndWhyAndEndsWith1()
    {
        const string Both = "\"sample_rate\":8000,\"fft_size\":256,\"hop_length\":80,\"mel_bands\":30";
        File.WriteAllText(sounds["mine.json"], $"{{{Both}}}");
        File.WriteAllText(sounds["theirs.json"], $"{{{Both},\"mel_scale\":\"htk\",\"mel_norm\":\"none\"}}");
        string reference = Written(sounds["theirs.json"]);

        CliRun text = CliRun.Of("features", "diff", sound, "--reference", reference, "--features", sounds["mine.json"]);
        Assert.Equal(ExitCodes.Differs, text.ExitCode);
        Assert.Equal("first differs at: features", text.Output[0]);
        Assert.Equal("explained by: mel_scale slaney -> htk, mel_norm slaney -> none", text.Output[1]);

        CliRun json = CliRun.Of(
            "features", "diff", sound, "--reference", reference, "--features", sounds["mine.json"], "--json");
        Assert.Equal(ExitCodes.Differs, json.ExitCode);
        JsonElement line = Assert.Single(json.Json);
        Assert.False(line.GetProperty("agrees").GetBoolean());
        Assert.True(line.GetProperty("explained").GetBoolean());
        Assert.Equal("features", line.GetProperty("first_difference").GetString());
        Assert.Equal("htk", line.GetProperty("explained_by")[0].GetProperty("theirs").GetString());
        Assert.True(line.GetProperty("stages")[0].GetProperty("max_absolute").GetDouble() > 0.1);
    }

    [Fact]
    public void FeaturesDiff_OfWhatIsNoReference_SaysWhatToGive()
    {
        CliRun.Of("features", "diff", sound).FailedNaming("--reference");
        CliRun.Of("features", "diff", sound, "--reference", sounds["no.npy"]).FailedNaming("no.npy");
        CliRun.Of("features", "diff", sound, "--reference", sounds.Text("x.npy")).FailedNaming("x.npy");
        CliRun.Of("features", "diff", sound, "--reference", sounds.Text("x.txt")).FailedNaming("x.txt");
        NpyFile.Write<float>(sounds["cube.npy"], [1, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2);
        CliRun.Of("features", "diff", sound, "--reference", sounds["cube.npy"]).FailedNaming("(2, 2, 2)");
        CliRun.Of("features").FailedNaming("FILE");
    }

    private string Written(string chain)
    {
        CliRun.Of("features", sound, "--features", chain, "--device", "cpu", "--output", sounds["ref.npy"]).Succeeded();
        return sounds["ref.npy"];
    }
}
