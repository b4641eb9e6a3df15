// The table of feature presets, what is printed from it, and the order of options in JSON.

using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NativeCnn.Features.Options;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class FeaturePresetsTests
{
    // What config.json and the keys of cached features had before this record was divided: their order stays.
    private const string OrderInJson =
        "kind sample_rate fft_size hop_length sample_scale remove_dc pre_emphasis window_length window " +
        "window_parameter periodic_window center frame_is_window snip_edges pad_mode power mel_bands mel_scale " +
        "mel_shape mel_norm bin_grid min_frequency max_frequency vtln_warp vtln_low vtln_high log log_floor " +
        "log_reference reference_is_maximum top_db log_offset wavelet_name wavelet_levels wavelet_border " +
        "coefficients dct_type dct_norm lifter lifter_start use_energy raw_energy energy_floor first_row_last " +
        "subtract_mean deltas delta_convention delta_width delta_border";

    public static TheoryData<string> Names => [.. FeaturePresets.Names];

    [Fact]
    public void FeaturePresets_InTheReadme_AreThoseOfTheTable() => Assert.Equal(
        FeaturePresets.All.Select(preset => $"| `{preset.Name}` | {preset.Sentence} |"),
        ReadmeTable.Rows("`--features`"));

    [Fact]
    public void FeaturePresets_InTheHelp_AreThoseOfTheTable()
    {
        string help = CliRun.HelpOf("features");
        Assert.All(
            FeaturePresets.All,
            preset => Assert.Contains($"{preset.Name}: {preset.Sentence}", help, StringComparison.Ordinal));
    }

    /// <summary>Each factory of options at a rate is in the table once.</summary>
    [Fact]
    public void FeaturePresets_HaveARowForEachFactory()
    {
        IEnumerable<MethodInfo> factories = typeof(FeatureOptions).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(FeatureOptions)
                && method.GetParameters() is [{ ParameterType: { } type }] && type == typeof(int));

        Assert.Equal(
            factories.Select(factory => factory.Name).Order(StringComparer.Ordinal),
            FeaturePresets.All.Select(preset => preset.Create.Method.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FeaturePreset_OfAnyUsualRate_ValidatesAndComesBackFromJson(string name)
    {
        foreach (int rate in (int[])[8000, 11025, 16000, 22050, 44100, 48000])
        {
            FeatureOptions options = FeaturePresets.Resolve(name, null, () => rate);

            Assert.Equal(rate, options.SampleRate);
            Assert.Equal(options, FeatureOptions.FromJson(options.ToJson()));
        }
    }

    [Theory]
    [InlineData("logmell", "did you mean 'logmel'?")]
    [InlineData("kalid", "did you mean 'kaldi'?")]
    [InlineData("gammatone", "use mfcc, ")]
    public void FeaturePreset_ThatIsNotThere_IsRefusedWithTheNearestNameAndTheOthers(string name, string told)
    {
        string message = Assert.Throws<FeatureOptionsException>(
            () => FeaturePresets.Resolve(name, 8000, () => 8000)).Message;

        Assert.Contains($"there are no features '{name}'", message, StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.EndsWith(
            $"use {string.Join(", ", FeaturePresets.Names)}, or a FILE.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FeatureOptions_InJson_StandInTheOrderThatTheyAlwaysHad()
    {
        string[] known = OrderInJson.Split(' ');
        IEnumerable<string> written = JsonNode.Parse(new FeatureOptions().ToJson())!.AsObject()
            .Select(property => property.Key);

        Assert.Equal(known, written.Where(known.Contains));
    }

    [Fact]
    public void FeatureOptions_InJson_NameTheStageOfEachOption() => Assert.All(
        typeof(FeatureOptions).GetProperties().Where(property => property.SetMethod is not null),
        property => Assert.True(
            property.GetCustomAttribute<JsonPropertyOrderAttribute>()?.Order > 0,
            $"{property.Name} needs [JsonPropertyOrder(Order.X)] of its stage"));
}
