using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Tests.Model;

/// <summary>Network files that are wrong: errors name line, field, what there is and the nearest name.</summary>
public class NetworkFileTests
{
    private const string Conv = """{"type": "conv1d", "filters": 8, "taps": 3}""";
    private const string Head = """{"type": "flatten"}, {"type": "dense"}""";

    // How System.Text.Json speaks.
    private static readonly string[] Foreign =
        ["Path:", "LineNumber", "BytePositionInLine", "member", "discriminator", "converter", "Converter", "System.",
         "deserial", "$.", "could not be", "(Parameter"];

    private static readonly string Types = string.Join(", ", LayerTypes.Names);

    [Theory]
    [InlineData("""{"type": "conv1", "filters": 8, "taps": 3}""",
        "layers[0].type must be one of TYPES, not \"conv1\": did you mean 'conv1d'?")]
    [InlineData("""{"type": "zebra"}""", "layers[0].type must be one of TYPES, not \"zebra\"")]
    [InlineData("""{"filters": 8}""", "layers[0] lacks the field 'type': it must give one of TYPES")]
    [InlineData("""{"type": 5}""", "layers[0].type must be one of TYPES, not 5")]
    [InlineData("""{"type": "\ud800"}""", "layers[0].type must be one of TYPES, not \"\\ud800\"")]
    [InlineData("""{"type": "conv1d", "filters": 8, "tapz": 3}""",
        "layers[0] (conv1d) has no field 'tapz': did you mean 'taps'? its fields are filters, taps, stride, padding, " +
        "dilation, groups, bias, as, from")]
    [InlineData("""{"type": "relu", "negative_slope": 3}""",
        "layers[0] (relu) has no field 'negative_slope'; its fields are as, from")]
    [InlineData("""{"type": "relu", "\ud800": 3}""",
        "layers[0] (relu) has no field '\\ud800'; its fields are as, from")]
    [InlineData("""{"type": "conv1d", "filters": 8}""",
        "layers[0] (conv1d) lacks the field 'taps': it must give filters and taps")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": "three"}""",
        "layers[0].taps must be a whole number, not \"three\"")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 2.5}""",
        "layers[0].taps must be a whole number, not 2.5")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": null}""",
        "layers[0].taps must be a whole number, not null")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 99999999999}""",
        "layers[0].taps must be a whole number from -2147483648 to 2147483647, not 99999999999")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "bias": "no"}""",
        "layers[0].bias must be true or false, not \"no\"")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "padding": "casual"}""",
        "layers[0].padding must be a whole number, \"same\" or \"causal\", not \"casual\": did you mean 'causal'?")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "taps": 4}""",
        "layers[0] has the field 'taps' twice: leave one out")]
    [InlineData("""{"type": "relu", "type": "sigmoid"}""", "layers[0] has the field 'type' twice: leave one out")]
    [InlineData("""{"type": "activation", "function": "gelo"}""",
        "layers[0].function must be one of leaky_relu, elu, gelu, gelu_tanh, silu, tanh, not \"gelo\": did you mean " +
        "'gelu'?")]
    [InlineData("""{"type": "activation", "function": "GELU"}""",
        "layers[0].function must be one of leaky_relu, elu, gelu, gelu_tanh, silu, tanh, not \"GELU\": did you mean " +
        "'gelu'?")]
    [InlineData("""{"type": "activation", "function": 2}""",
        "layers[0].function must be one of leaky_relu, elu, gelu, gelu_tanh, silu, tanh, not 2")]
    [InlineData("""{"type": "activation", "function": "elu", "slope": 1e99}""",
        "layers[0].slope must be a number, not 1e99")]
    [InlineData("""{"type": "relu", "as": 3}""", "layers[0].as must be a text, not 3")]
    [InlineData("""{"type": "add", "from": ["input", 3]}""",
        "layers[0].from must be a name, or a list of names, not [\"input\", 3]")]
    [InlineData("""{"type": "residual", "layers": {"type": "relu"}}""",
        "layers[0].layers must be a list of layers, not {\"type\": \"relu\"}")]
    [InlineData("""{"type": "relu"}, {"type": "residual", "layers": [{"type": "conv1d", "filters": 8, "tapz": 3}]}""",
        "layers[1].layers[0] (conv1d) has no field 'tapz': did you mean 'taps'? its fields are filters, taps, " +
        "stride, padding, dilation, groups, bias, as, from")]
    [InlineData("""{"type": "residual", "layers": [], "shortcut": [{"type": "relu"}, {"type": "rely"}]}""",
        "layers[0].shortcut[1].type must be one of TYPES, not \"rely\": did you mean 'relu'?")]
    [InlineData("3", "layers[0] must be a layer, an object such as {\"type\": \"relu\"}, not 3")]
    [InlineData("null", "layers[0] must be a layer, an object such as {\"type\": \"relu\"}, not null")]
    public void Parse_WrongLayer_NamesLineFieldAndChoices(string layers, string message) => AssertIs(
        $"line 3: {message.Replace("TYPES", Types, StringComparison.Ordinal)}",
        () => NetworkSpec.Parse($$"""
            {
              "name": "n", "layers": [
                {{layers}}
              ]
            }
            """));

    [Theory]
    [InlineData("[]",
        "line 1: the network must be an object such as {\"name\": \"mine\", \"layers\": [{\"type\": \"flatten\"}, " +
        "{\"type\": \"dense\"}]}, not []")]
    [InlineData("{}", "line 1: the network lacks the field 'name': it must give name and layers")]
    [InlineData("""{"name": "n"}""",
        "line 1: the network lacks the field 'layers': it must give name and layers")]
    [InlineData("{\n\n\"name\": \"n\", \"layers\": 3}", "line 3: layers must be a list of layers, not 3")]
    [InlineData("""{"name": "n", "layers": null}""", "line 1: layers must be a list of layers, not null")]
    [InlineData("""{"name": null, "layers": []}""", "line 1: name must be a text, not null")]
    [InlineData("{\"name\": \"n\",\r\n\"layer\": []}",
        "line 2: the network has no field 'layer': did you mean 'layers'? its fields are name, layers, initializer")]
    [InlineData("""{"name": "n", "layers": [], "initializer": "kaiming"}""",
        "line 1: initializer must be one of fan_in, kaiming_uniform, kaiming_normal, xavier_uniform, xavier_normal, " +
        "not \"kaiming\": did you mean 'kaiming_normal'?")]
    [InlineData("""{"$schema": 3, "name": "n", "layers": []}""", "line 1: $schema must be a text, not 3")]
    [InlineData("", "line 1, character 1 is no JSON: look for a missing comma, quote or bracket there")]
    [InlineData("{\"name\": \"n\",\n\"layers\": [}",
        "line 2, character 12 is no JSON: look for a missing comma, quote or bracket there")]
    [InlineData("{\"name\": \"äöü\" \"layers\": []}",
        "line 1, character 16 is no JSON: look for a missing comma, quote or bracket there")]
    [InlineData("// äöü\n{\"name\": \"äöü\",\n\"layers\": 3}", "line 3: layers must be a list of layers, not 3")]
    public void Parse_WrongNetwork_SaysWhatANetworkIs(string json, string message) =>
        AssertIs(message, () => NetworkSpec.Parse(json));

    [Fact]
    public void Load_WrongFile_NamesIt()
    {
        using var folder = new TemporaryFolder();
        string layer = folder.Text("layer.json", "{\"name\": \"n\", \"layers\": [\n{\"type\": \"relu\", \"as\": 3}]}");
        string comma = folder.Text("comma.json", "{\"name\": \"n\"\n\"layers\": []}");

        AssertIs(
            $"the network file '{layer}', line 2: layers[0].as must be a text, not 3", () => NetworkSpec.Load(layer));
        AssertIs(
            $"the network file '{comma}', line 2, character 1 is no JSON: look for a missing comma, quote or bracket " +
            "there",
            () => NetworkSpec.Load(comma));
    }

    [Theory]
    [InlineData(Conv + """, {"type": "add", "from": ["conv1", "con1"]}, """ + Head,
        "the network 'n': layer 2 (add1): its \"from\" names 'con1', but the names before it are input, conv1: did " +
        "you mean 'conv1'?")]
    [InlineData("""{"type": "add", "from": ["relu1", "input"]}, {"type": "relu"}, """ + Head,
        "layer 1 (add1): its \"from\" names 'relu1', but the names before it are input")]
    [InlineData(Conv + """, {"type": "relu", "from": []}, """ + Head,
        "layer 2 (relu1): its \"from\" names no layer: leave it out to take the layer before")]
    [InlineData(Conv + """, {"type": "relu", "from": "input"}, """ + Head,
        "the network 'n': layer 1 (conv1) leads nowhere: name it in the \"from\" of a later layer, or leave it out")]
    [InlineData("""{"type": "residual", "layers": [{"type": "relu"}, {"type": "sigmoid", "from": "input"}]}, """ + Head,
        "the network 'n': layer 1 (residual1), layer 1 (relu1) leads nowhere")]
    [InlineData("""{"type": "relu", "as": "x"}, {"type": "relu", "as": "x"}, """ + Head,
        "the network 'n': layer 2 is called 'x', as one before it: give it another name in \"as\"")]
    [InlineData("""{"type": "relu", "as": "relu1"}, {"type": "relu"}, """ + Head, "layer 2 is called 'relu1'")]
    [InlineData("""{"type": "relu", "as": "input"}, """ + Head, "layer 1 is called 'input', as what comes in")]
    [InlineData("""{"type": "relu", "as": ""}, """ + Head, "layer 1: its \"as\" is empty")]
    [InlineData(Conv + """, {"type": "add"}, """ + Head,
        "layer 2 (add1) of the network 'n' does not fit its input [8, 98]: it takes 2 or more inputs, 1 came: " +
        "\"from\" lists their names")]
    [InlineData(Conv + """, {"type": "relu", "from": ["conv1", "input"]}, """ + Head,
        "layer 2 (relu1) of the network 'n' does not fit its input [8, 98] and [40, 100]: it takes 1 input, 2 came")]
    [InlineData(Conv + """, {"type": "add", "from": ["conv1", "input"]}, """ + Head,
        "layer 2 (add1) of the network 'n' does not fit its input [8, 98] and [40, 100]: it adds inputs of one shape")]
    [InlineData("""{"type": "residual", "layers": [""" + Conv + "]}, " + Head,
        "layer 1 (residual1.add1) of the network 'n' does not fit its input [8, 98] and [40, 100]")]
    [InlineData(Head + ", " + Conv,
        "layer 3 (conv1) of the network 'n' does not fit its input [10]: it takes channels over time: no flatten " +
        "layer may stand before it")]
    [InlineData("""{"type": "dense"}""",
        "layer 1 (dense1) of the network 'n' does not fit its input [40, 100]: it takes a flat input: put a flatten " +
        "layer before it")]
    [InlineData("""{"type": "relu"}, {"type": "dense", "as": "last"}""", "layer 2 (dense last) of the network 'n'")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "stride": 2, "padding": "same"}, """ + Head,
        "layer 1 (conv1) of the network 'n' does not fit its input [40, 100]: padding \"same\" keeps the length, " +
        "which a stride of 2 does not: give the padding as a number")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "groups": 3}, """ + Head,
        "layer 1 (conv1) of the network 'n' does not fit its input [40, 100]: 40 channels and 8 filters do not split " +
        "into 3 groups")]
    [InlineData("""{"type": "squeeze_excite", "reduction": 0}, """ + Head, "a reduction is at least 1, not 0")]
    [InlineData("""{"type": "conv1d", "filters": 2000000000, "taps": 3}, """ + Head,
        "layer 1 (conv1) of the network 'n' does not fit its input [40, 100]: [2000000000, ")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 2000000000, "dilation": 2}, """ + Head,
        "2000000000 taps with dilation 2, or 100 time steps")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 2000000000, "dilation": 2, "padding": "same"}, """ + Head,
        "2000000000 taps with dilation 2, or 100 time steps")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": 3, "padding": 2000000000}, """ + Head,
        "layer 1 (conv1) of the network 'n' does not fit its input [40, 100]: 3 taps with dilation 1, or 100 time " +
        "steps with a padding of 2000000000 before and 2000000000 after, are more than the 2130706431 time " +
        "steps of a tensor")]
    [InlineData("""{"type": "conv1d", "filters": 8, "taps": -3, "padding": "same"}, """ + Head,
        "a convolution's taps must be at least 1, -3 came")]
    [InlineData("""{"type": "flatten"}, {"type": "dense", "outputs": 7}""",
        "the network 'n' ends in [7], but there are 10 classes: end it with a dense layer that leaves its outputs " +
        "open")]
    [InlineData("", "the network 'n' has no layers")]
    public void Graph_LayersThatDoNotFit_NamesLayerAndWayOut(string layers, string message) =>
        AssertSays(message, () => Build(Parse(layers)));

    [Fact]
    public void Graph_TooShortInput_TellsOfTimeWhereTimeIsLackingAlone()
    {
        const string Remedy = "(100 time steps come in; longer clips, a shorter hop or fewer layers help)";
        AssertSays(Remedy, () => Build(Parse("""{"type": "conv1d", "filters": 8, "taps": 101}, """ + Head)));
        var groups = Assert.Throws<NetworkSpecException>(
            () => Build(Parse("""{"type": "conv1d", "filters": 8, "taps": 3, "groups": 3}, """ + Head)));
        Assert.DoesNotContain("time steps come in", groups.Message, StringComparison.Ordinal);
        var weights = Assert.Throws<NetworkSpecException>(
            () => Build(Parse("""{"type": "conv1d", "filters": 8, "taps": 2000000000, "padding": "same"}, """ + Head)));
        Assert.DoesNotContain("time steps come in", weights.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NamesBranchesSchemaCommentsAndNulls_AreUnderstood()
    {
        NetworkSpec network = NetworkSpec.Parse("""
            {
              "$schema": "network.schema.json",
              "name": "branches",
              "initializer": "kaiming_normal",
              "layers": [
                {"type": "conv1d", "filters": 8, "taps": 3, "padding": "same", "as": "trunk"}, // both branches
                {"type": "relu"},
                {"type": "sigmoid", "from": "trunk"},
                {"type": "add", "from": ["relu1", "sigmoid1"]},
                {"type": "flatten"},
                {"type": "dense", "outputs": null},
              ],
            }
            """);
        Assert.Equal(Initializer.KaimingNormal, network.Initializer);
        Assert.Equal(
            ["trunk", "relu1", "sigmoid1", "add1", "flatten1", "dense1"],
            Build(network).Nodes.Select(node => node.Name));
        Assert.Equal(new ValueList<string>(["trunk"]), network.Layers[2].From);
        Assert.Equal(ConvPadding.Same, Assert.IsType<Conv1dLayer>(network.Layers[0]).Padding);
    }

    [Fact]
    public void Register_LayerWithRequiredFields_IsTaken()
    {
        LayerTypes.Register<Conv1dLayer>(); // there already, with required fields: nothing changes
        Assert.Equal(typeof(Conv1dLayer), LayerTypes.All["conv1d"]);
        Assert.Contains(
            "a layer of type 'conv1d' is there already",
            Assert.Throws<ArgumentException>(LayerTypes.Register<OtherConv>).Message, StringComparison.Ordinal);
        Assert.Contains(
            "constructor without parameters",
            Assert.Throws<ArgumentException>(LayerTypes.Register<Unreadable>).Message, StringComparison.Ordinal);
    }

    private static NetworkSpec Parse(string layers) => NetworkSpec.Parse($$"""{"name": "n", "layers": [{{layers}}]}""");

    private static NetworkGraph Build(NetworkSpec network) => new(network, new Shape(40, 100), classes: 10);

    private static void AssertIs(string message, Action read)
    {
        AssertSays(message, read);
        Assert.Equal(message, Assert.Throws<NetworkSpecException>(read).Message);
    }

    private static void AssertSays(string message, Action read)
    {
        string said = Assert.Throws<NetworkSpecException>(read).Message;
        Assert.Contains(message, said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said);
        Assert.All(Foreign, word => Assert.DoesNotContain(word, said, StringComparison.Ordinal));
    }

    [LayerType("conv1d")]
    private sealed record OtherConv : Layer
    {
        protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => inputs[0];
    }

    [LayerType("unreadable")]
    private sealed record Unreadable(int Width) : Layer
    {
        protected internal override Shape OutputOf(ReadOnlySpan<Shape> inputs) => new(Width);
    }
}
