using System.Text.Json;
using System.Xml.Linq;
using Json.Schema;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Json;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;

namespace NativeCnn.Tests.Model;

/// <summary>The JSON schema of network files, by a validator of others, and the descriptions it is made of.</summary>
public class NetworkSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(NetworkSchema.Text());

    public static TheoryData<string> Networks => [.. NetworkPresets.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Schema_NetworkPreset_IsValid(string name) =>
        AssertValid(JsonSerializer.Serialize(NetworkPresets.Resolve(name).Create(), StrictJson.Options));

    [Theory]
    [InlineData("""{"name": "n", "layers": []}""", true)]
    [InlineData("""{"$schema": "x.json", "name": "n", "layers": [], "initializer": "xavier_normal"}""", true)]
    [InlineData("""{"layers": []}""", false)]
    [InlineData("""{"name": "n"}""", false)]
    [InlineData("""{"name": "n", "layers": [], "initializer": "xavier"}""", false)]
    [InlineData("""{"name": "n", "layers": [], "classes": 3}""", false)]
    [InlineData("""{"name": "n", "layers": [3]}""", false)]
    public void Schema_OfTheNetwork_TakesWhatTheReaderTakes(string json, bool valid) => AssertAgree(json, valid);

    [Theory]
    [InlineData("""{"type": "relu"}""", true)]
    [InlineData("""{"type": "relu", "as": "x", "from": "input"}""", true)]
    [InlineData("""{"type": "add", "from": ["input", "input"]}""", true)]
    [InlineData("""{"type": "add", "from": [3]}""", false)]
    [InlineData("""{"type": "dense", "outputs": null}""", true)]
    [InlineData("""{"type": "dense", "outputs": 2.5}""", false)]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "padding": "same"}""", true)]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "padding": 2}""", true)]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "padding": "full"}""", false)]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "bias": 1}""", false)]
    [InlineData("""{"type": "conv1d", "filters": 8}""", false)]
    [InlineData("""{"type": "conv1d", "filters": 8, "tapz": 3}""", false)]
    [InlineData("""{"type": "conv1"}""", false)]
    [InlineData("""{"filters": 8}""", false)]
    [InlineData("""{"type": "activation", "function": "gelu", "slope": 0.1}""", true)]
    [InlineData("""{"type": "activation", "function": "gelo"}""", false)]
    [InlineData("""{"type": "residual", "layers": [{"type": "relu"}], "shortcut": null}""", true)]
    [InlineData("""{"type": "residual", "layers": [{"type": "relu"}], "shortcut": [{"type": "rely"}]}""", false)]
    [InlineData("""{"type": "residual", "layers": null}""", false)]
    public void Schema_OfALayer_TakesWhatTheReaderTakes(string layer, bool valid) =>
        AssertAgree($$"""{"name": "n", "layers": [{{layer}}]}""", valid);

    [Fact]
    public void Schema_LayerOfAUser_IsDescribed()
    {
        LayerDescription gain = LayerDescription.Of(typeof(GainLayer));
        Assert.Equal(
            [
                ("gain", "a number", true, null), ("steps", "a whole number", false, "4"),
                ("rule", "one of up, Down", false, "\"up\""),
            ],
            gain.Fields.Where(field => !field.IsShared)
                .Select(field => (field.Name, field.Allowed, field.IsRequired, field.Default)));
        Assert.Null(gain.Sentence); // the tests have no documentation file
        Assert.Equal(["as", "from"], gain.Fields.Where(field => field.IsShared).Select(field => field.Name));

        var schema = JsonSchema.FromText(NetworkSchema.TextOf([gain]));
        Assert.True(IsValid(schema, """{"name": "n", "layers": [{"type": "gain", "gain": 1.5, "rule": "Down"}]}"""));
        Assert.False(IsValid(schema, """{"name": "n", "layers": [{"type": "gain", "gain": 1.5, "rule": "down"}]}"""));
        Assert.False(IsValid(schema, """{"name": "n", "layers": [{"type": "relu"}]}"""));
    }

    [Fact]
    public void Description_OfEveryLayerAndField_HasASentence()
    {
        Assert.NotNull(XmlDocs.Of(typeof(Layer).Assembly));
        Assert.All(LayerTypes.All.Where(one => one.Value.Assembly == typeof(Layer).Assembly), one =>
        {
            LayerDescription layer = LayerDescription.Of(one.Value);
            Assert.False(string.IsNullOrEmpty(layer.Sentence), one.Key);
            Assert.All(
                layer.Fields,
                field => Assert.False(string.IsNullOrEmpty(field.Sentence), $"{one.Key}.{field.Name}"));
        });
        Assert.Equal("Time steps between two outputs.", XmlDocs.SummaryOf(typeof(Conv1dLayer).GetProperty("Stride")!));
    }

    [Fact]
    public void XmlDocs_WithoutAFile_AreNull()
    {
        Assert.Null(XmlDocs.Of(typeof(NetworkSchemaTests).Assembly));
        Assert.Null(XmlDocs.SummaryOf(typeof(NetworkSchemaTests)));
        using var folder = new TemporaryFolder();
        Assert.Null(XmlDocs.Read(folder.Text("damaged.xml", "<doc><members>")));
    }

    [Fact]
    public void XmlDocs_SummaryOfSeveralLinesWithMarks_IsOneLineOfText() => Assert.Equal(
        "Adds 'x' of ValueList and Name: see From, null, [C, T] -> [C].",
        XmlDocs.TextOf(XElement.Parse("""
            <summary>
            Adds <c>x</c> of <see cref="T:NativeCnn.Model.Layers.ValueList`1"/> and
            <see cref="M:A.B.Name(System.Int32)"/>: see <see cref="P:A.Layer.From">From</see>,
            <see langword="null"/>, [C, T] -&gt; [C].
              <code>left out</code>
            </summary>
            """)));

    private static void AssertValid(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        EvaluationResults results =
            Schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, json);
    }

    private static void AssertAgree(string json, bool valid)
    {
        Assert.Equal(valid, IsValid(Schema, json));
        Assert.Equal(valid, Record.Exception(() => NetworkSpec.Parse(json)) is null);
    }

    private static bool IsValid(JsonSchema schema, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return schema.Evaluate(document.RootElement).IsValid;
    }

    private enum Rule
    {
        [System.Text.Json.Serialization.JsonStringEnumMemberName("up")]
        Up,
        Down,
    }

    [LayerType("gain")]
    private sealed record GainLayer : Layer
    {
        public required double Gain { get; init; }

        public int Steps { get; init; } = 4;

        public Rule Rule { get; init; }

        protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];
    }
}
