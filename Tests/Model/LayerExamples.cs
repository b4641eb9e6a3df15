using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;

namespace NativeCnn.Tests.Model;

/// <summary>
/// Layers at work: what every law of <see cref="LayerLawsTests"/> runs over. A layer type without an example fails
/// there.
/// </summary>
public static class LayerExamples
{
    /// <summary>Name, layers as in a network file, input of one clip; the last ones are chains that fuse.</summary>
    private static readonly (string Name, string Layers, int[] Input)[] All =
    [
        ("add",
            """
            {"type":"relu","as":"a"},
            {"type":"activation","function":"tanh","from":"input","as":"b"},
            {"type":"add","from":["a","b","input"]}
            """, [3, 7]),
        ("activation leaky_relu", """{"type":"activation","function":"leaky_relu","slope":0.2}""", [3, 7]),
        ("activation elu", """{"type":"activation","function":"elu"}""", [3, 7]),
        ("activation gelu", """{"type":"activation","function":"gelu"}""", [5]),
        ("activation gelu_tanh", """{"type":"activation","function":"gelu_tanh"}""", [5]),
        ("activation silu", """{"type":"activation","function":"silu"}""", [3, 7]),
        ("activation tanh", """{"type":"activation","function":"tanh"}""", [3, 7]),
        ("average_pool1d", """{"type":"average_pool1d","window":3,"stride":2,"padding":1}""", [3, 8]),
        ("average_pool1d ceil",
            """
            {"type":"average_pool1d","window":3,"stride":2,"ceil_mode":true,"count_include_pad":false}
            """, [3, 8]),
        ("batch_norm1d", """{"type":"batch_norm1d"}""", [3, 7]),
        ("batch_norm1d flat", """{"type":"batch_norm1d","momentum":0.3}""", [5]),
        ("channel_dropout", """{"type":"channel_dropout","rate":0.4}""", [6, 5]),
        ("concat",
            """
            {"type":"relu","as":"a"},
            {"type":"conv1d","filters":2,"taps":1,"from":"input","as":"b"},
            {"type":"concat","from":["a","b"]}
            """, [3, 7]),
        ("concat flat", """{"type":"dense","outputs":2,"as":"a"},{"type":"concat","from":["input","a"]}""", [5]),
        ("conv1d", """{"type":"conv1d","filters":4,"taps":3,"stride":2,"padding":1}""", [3, 9]),
        ("conv1d same",
            """
            {"type":"conv1d","filters":4,"taps":4,"padding":"same","dilation":2,"bias":false}
            """, [4, 9]),
        ("conv1d causal", """{"type":"conv1d","filters":4,"taps":3,"padding":"causal","groups":2}""", [4, 9]),
        ("conv2d",
            """
            {"type":"conv2d","filters":2,"bands":3,"taps":3,"band_stride":2,"band_padding":1,"stride":2,"padding":1}
            """, [5, 9]),
        ("conv2d of channels",
            """
            {"type":"conv2d","filters":3,"channels":2,"bands":2,"taps":4,"padding":"same","bias":false}
            """, [6, 8]),
        ("conv2d chain",
            """
            {"type":"conv2d","filters":2,"bands":3,"taps":3,"band_padding":1,"padding":1,"bias":false},
            {"type":"batch_norm1d"},{"type":"relu"},
            {"type":"conv2d","filters":3,"channels":2,"bands":4,"taps":3,"band_stride":3,"padding":"causal"}
            """, [5, 7]),
        ("dense", """{"type":"dense","outputs":4}""", [6]),
        ("dropout", """{"type":"dropout","rate":0.4}""", [3, 7]),
        ("flatten", """{"type":"flatten"},{"type":"dense","outputs":3}""", [3, 4]),
        ("global_average_pool", """{"type":"global_average_pool"}""", [3, 7]),
        ("global_max_pool", """{"type":"global_max_pool"}""", [3, 7]),
        ("global_mean_max_pool", """{"type":"global_mean_max_pool"}""", [3, 7]),
        ("group_norm", """{"type":"group_norm","groups":2}""", [4, 7]),
        ("layer_norm", """{"type":"layer_norm"}""", [4, 7]),
        ("layer_norm flat", """{"type":"layer_norm"}""", [6]),
        ("log_softmax", """{"type":"log_softmax"}""", [5]),
        ("max_pool1d", """{"type":"max_pool1d","window":2,"stride":2}""", [3, 9]),
        ("max_pool1d ceil", """{"type":"max_pool1d","window":3,"stride":2,"padding":1,"ceil_mode":true}""", [3, 8]),
        ("relu", """{"type":"relu"}""", [3, 7]),
        ("residual",
            """
            {"type":"residual","layers":[
              {"type":"conv1d","filters":3,"taps":3,"padding":1},{"type":"batch_norm1d"},{"type":"relu"},
              {"type":"conv1d","filters":3,"taps":3,"padding":1}]},
            {"type":"relu"}
            """, [3, 7]),
        ("residual shortcut",
            """
            {"type":"residual","layers":[
              {"type":"conv1d","filters":4,"taps":3,"stride":2,"padding":1}],
             "shortcut":[
              {"type":"conv1d","filters":4,"taps":1,"stride":2},{"type":"batch_norm1d"}]}
            """, [3, 8]),
        ("scale",
            """
            {"type":"global_average_pool"},
            {"type":"sigmoid","as":"gate"},
            {"type":"scale","from":["input","gate"]}
            """, [3, 7]),
        ("separable_conv1d", """{"type":"separable_conv1d","filters":4,"taps":3,"padding":"same"}""", [3, 8]),
        ("sequential",
            """
            {"type":"sequential","layers":[{"type":"conv1d","filters":4,"taps":3},{"type":"relu"}]}
            """, [3, 8]),
        ("sigmoid", """{"type":"sigmoid"}""", [3, 7]),
        ("softmax", """{"type":"softmax"}""", [5]),
        ("squeeze_excite", """{"type":"squeeze_excite","reduction":2}""", [4, 7]),
        ("stochastic_depth", """{"type":"stochastic_depth","rate":0.4}""", [3, 7]),
        ("conv + relu + pool",
            """
            {"type":"conv1d","filters":4,"taps":3},
            {"type":"relu"},
            {"type":"max_pool1d","window":2,"stride":2}
            """, [3, 9]),
        ("conv + relu + pool ceil",
            """
            {"type":"conv1d","filters":4,"taps":3},
            {"type":"relu"},
            {"type":"max_pool1d","window":3,"stride":2,"ceil_mode":true}
            """, [3, 10]),
        ("conv + norm", """{"type":"conv1d","filters":4,"taps":3},{"type":"batch_norm1d"}""", [3, 9]),
        ("conv + norm + relu + pool",
            """
            {"type":"conv1d","filters":4,"taps":3,"padding":1,"bias":false},
            {"type":"batch_norm1d"},
            {"type":"relu"},
            {"type":"max_pool1d","window":2,"stride":2},
            {"type":"conv1d","filters":2,"taps":3},
            {"type":"batch_norm1d"},
            {"type":"relu"}
            """, [3, 10]),
        ("norm + relu + pool + pool",
            """
            {"type":"batch_norm1d"},
            {"type":"relu"},
            {"type":"max_pool1d","window":2,"stride":2},
            {"type":"max_pool1d","window":2,"stride":2}
            """, [3, 11]),
        ("dense chain",
            """
            {"type":"dense","outputs":6},
            {"type":"relu"},
            {"type":"dropout","rate":0.3},
            {"type":"dense","outputs":5},
            {"type":"relu"},
            {"type":"dense","outputs":3},
            {"type":"relu"}
            """, [7]),
        ("pool + pool",
            """
            {"type":"max_pool1d","window":2,"stride":2},
            {"type":"max_pool1d","window":3,"stride":3},
            {"type":"max_pool1d","window":2,"stride":2,"padding":1}
            """, [3, 27]),
        ("used twice",
            """
            {"type":"conv1d","filters":3,"taps":1,"as":"a"},
            {"type":"relu","as":"b"},
            {"type":"add","from":["a","b","a"]},
            {"type":"flatten","as":"c"},
            {"type":"global_average_pool","from":"b","as":"d"},
            {"type":"concat","from":["c","d"]}
            """, [3, 5]),
    ];

    public static IEnumerable<string> Names => All.Select(one => one.Name);

    /// <summary>The layer types that the examples name, at any depth.</summary>
    public static IEnumerable<string> Types => All.Select(one => one.Name.Split(' ')[0]);

    public static NetworkSpec SpecOf(string name) =>
        NetworkSpec.Parse($$"""{"name":"{{name}}","layers":[{{Find(name).Layers}}]}""");

    /// <summary>The layers as they stand in a network file.</summary>
    public static string TextOf(string name) => Find(name).Layers;

    /// <summary>The input of one clip.</summary>
    public static Shape InputOf(string name) => new(Find(name).Input);

    private static (string Name, string Layers, int[] Input) Find(string name) => All.Single(one => one.Name == name);
}
