// Networks in C give the numbers of the engine: every layer by its example, every preset.
using System.Text;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting.C;

namespace NativeCnn.Tests.Tools.Exporting;

public sealed class CNetworkTests
{
    public static TheoryData<string> Examples => [.. LayerExamples.Names];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Steps_OfALayer_ComputeWhatTheNetworkDoes(string example)
    {
        Case one = Case.OfExample(example);

        Assert.Equal(one.Output, CLowering.Of(one.Graph).Logits(one.Input), Near(1e-5f));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Steps_OfALayerInWholeNumbers_LoseLittle(string example)
    {
        Case one = Case.OfExample(example);
        Func<string, int, float> ranges = one.Ranges();
        float largest = one.Output.Max(MathF.Abs);

        Assert.Equal(one.Output, CLowering.Of(one.Graph, ranges).Logits(one.Input), Near(0.12f * largest));
        Assert.Equal(
            one.Output, CLowering.Of(one.Graph, ranges, isWide: _ => true).Logits(one.Input), Near(0.04f * largest));
    }

    [Fact]
    public void Source_OfTheSameNetwork_IsTheSameText()
    {
        static string Text()
        {
            Case one = Case.OfPreset("tiny");
            return new CSource(CLowering.Of(one.Graph), null, OptionsOf("same", one)).Source;
        }

        Assert.Equal(Text(), Text());
    }

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Source_OfEveryLayer_GivesItsNumbersAndNothingUndefined()
    {
        Gcc.Required();
        (string Name, Case Case, CNetwork Network)[] all =
        [
            .. LayerExamples.Names.SelectMany(example =>
            {
                Case one = Case.OfExample(example);
                Func<string, int, float> ranges = one.Ranges();
                return new[]
                {
                    (example, one, CLowering.Of(one.Graph)),
                    (example + " int8", one, CLowering.Of(one.Graph, ranges)),
                    (example + " int16", one, CLowering.Of(one.Graph, ranges, isWide: _ => true)),
                };
            }),
        ];

        ExpectTheSame(all, 1e-5f);
    }

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Source_OfEveryPreset_GivesItsNumbers()
    {
        Gcc.Required();
        ExpectTheSame(
            [
                .. NetworkPresets.Names.Select(preset =>
                {
                    Case one = Case.OfPreset(preset);
                    CNetwork network = CLowering.Of(one.Graph);
                    Assert.Equal(one.Output, network.Logits(one.Input), Near(1e-4f));
                    return (preset, one, network);
                }),
            ],
            1e-4f);
    }

    /// <summary>One program of all networks, each a source: what each prints is what is computed here.</summary>
    private static void ExpectTheSame((string Name, Case Case, CNetwork Network)[] all, float tolerance)
    {
        using var folder = new TemporaryFolder();
        var includes = new StringBuilder("#include <stdio.h>\n");
        var calls = new StringBuilder();
        for (int i = 0; i < all.Length; i++)
        {
            (_, Case one, CNetwork network) = all[i];
            var source = new CSource(network, null, OptionsOf($"m{i}", one));
            folder.Text($"m{i}.h", source.Header);
            folder.Text($"m{i}.c", source.Source);
            includes.Append($"#include \"m{i}.h\"\n");
            string x = string.Join(", ", one.Input.Select(CText.Float));
            calls.Append($"    {{ static const float x[] = {{ {x} }};\n");
            calls.Append($"      static float y[{one.Output.Length}];\n");
            calls.Append($"      m{i}_network(x, y);\n      printf(\"m{i}\");\n");
            calls.Append($"      for (int i = 0; i < {one.Output.Length}; i++) printf(\" %.9g\", (double)y[i]);\n");
            calls.Append("      printf(\"\\n\"); }\n");
        }

        folder.Text("main.c", $"{includes}\nint main(void)\n{{\n{calls}    return 0;\n}}\n");
        (int status, string output, string errors) = Gcc.Run(Gcc.Compile(folder.Path), [], folder.Path);
        Assert.True(status == 0, errors);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(all.Length, lines.Length);
        Assert.All(all.Zip(lines), pair =>
        {
            ((string name, Case one, CNetwork network), string line) = pair;
            float[] here = network.Logits(one.Input);

            // Where sums are rounded to whole numbers, one rounded the other way is a step apart.
            float step = network.Steps.Any(other => other.Output.Number != CNumber.Float32)
                ? 0.03f * here.Max(MathF.Abs)
                : 0;
            float apart = Gcc.Numbers(line).Zip(here, (a, b) => MathF.Abs(a - b)).Max();
            Assert.True(apart <= tolerance + step, $"{name}: {apart} apart");
        });
    }

    private static CSourceOptions OptionsOf(string name, Case one) => new()
    {
        Name = name,
        Labels = [.. one.Output.Select((_, i) => $"c{i}")],
    };

    private static Func<float[], float[], bool> Near(float tolerance) => (a, b) =>
        a.Length == b.Length && a.Zip(b, (x, y) => MathF.Abs(x - y) <= tolerance).All(near => near);

    /// <summary>A network with weights that are none of the beginning, an input, and what comes of it.</summary>
    private sealed record Case(ExportGraph Graph, float[] Input, float[] Output)
    {
        public static Case OfExample(string example) => Of(new NetworkGraph(
            LayerChain.Follow(LayerExamples.SpecOf(example).Layers, Node.Input()), LayerExamples.InputOf(example),
            name: example));

        public static Case OfPreset(string preset) => Of(new NetworkGraph(
            NetworkPresets.Find(preset)!.Create(), preset == "raw" ? new Shape(1, 4000) : new Shape(40, 66), 10));

        public Func<string, int, float> Ranges()
        {
            CNetwork network = CLowering.Of(Graph);
            CRun run = network.Run(Input);
            var ranges = new Dictionary<string, float> { [network.Input.Name] = Input.Max(MathF.Abs) };
            foreach (CStep step in network.Steps)
            {
                ranges[step.Output.Name] = run[step.Output].Max(MathF.Abs);
            }

            return (name, _) => ranges.GetValueOrDefault(name);
        }

        private static Case Of(NetworkGraph graph)
        {
            ComputeDevice device = TestDevices.Get("cpu");
            var random = new Random(5);
            var network = new Network(device, graph, seed: 3);
            foreach (Parameter parameter in network.Parameters.All.Where(
                one => one.Name.EndsWith("bias", StringComparison.Ordinal)))
            {
                parameter.Value.CopyFrom(Numbers(random, parameter.Value.Length, -0.3f, 0.3f));
            }

            foreach (NetworkState state in network.Parameters.States)
            {
                bool isVariance = state.Name.Contains("var", StringComparison.Ordinal);
                (float least, float most) = isVariance ? (0.5f, 2f) : (-0.3f, 0.3f);
                state.Value.CopyFrom(Numbers(random, state.Value.Length, least, most));
            }

            NetworkPlan plan = network.PlanFor(1, training: false);
            float[] x = Numbers(random, plan.Input.Length, -2, 2);
            plan.Input.CopyFrom(x);
            plan.Forward();
            ExportGraph exported = BatchNormFolding.Apply(ExportGraph.Of(network));
            return new Case(
                exported, TimeFirst(x, exported.Input), TimeFirst(plan.Logits.ToArray(), exported.Output));
        }

        private static float[] Numbers(Random random, int count, float least, float most) =>
            [.. Enumerable.Range(0, count).Select(_ => least + ((most - least) * random.NextSingle()))];

        private static float[] TimeFirst(float[] values, ExportValue shape)
        {
            float[] ordered = new float[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                ordered[(i % shape.Time * shape.Channels) + (i / shape.Time)] = values[i];
            }

            return ordered;
        }
    }
}
