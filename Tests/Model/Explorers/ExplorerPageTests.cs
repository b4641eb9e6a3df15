using System.Diagnostics;
using System.Text.RegularExpressions;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Explorers;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;

namespace NativeCnn.Tests.Model.Explorers;

/// <summary>The step explorer's page has the device's numbers, and its script adds them up to them.</summary>
public sealed class ExplorerPageTests
{
    private const int Classes = 3;
    private const int Batch = 2;
    private static readonly Shape Input = new(6, 12);

    // One of each kind that the page has a formula for.
    private static readonly NetworkSpec Small = new()
    {
        Name = "small",
        Layers =
        [
            new Conv1dLayer { Filters = 4, Taps = 3, Padding = 1, Stride = 2, Groups = 2 },
            new BatchNorm1dLayer(),
            new ReluLayer { As = "skip" },
            new Conv1dLayer { Filters = 4, Taps = 3, Padding = 2, Dilation = 2, As = "wide" },
            new AddLayer { From = new ValueList<string>(["wide", "skip"]) },
            new MaxPool1dLayer { Window = 3, Stride = 1 },
            new GlobalMeanMaxPoolLayer(),
            new DenseLayer { Outputs = 5 },
            new ReluLayer(),
            new DropoutLayer(),
            new DenseLayer(),
        ],
    };

    [Theory]
    [InlineData(ExplorerSize.All)]
    [InlineData(2)]
    public void Page_Numbers_AreTheDevicesToTheBit(int keep)
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu");
        StepCapsule capsule = StepCapture.OfNetwork(device, Small, Input, Classes, Batch, seed: 5);
        var page = new PageNumbers(ExplorerPage.ToHtml(Record(device, capsule, new ExplorerSize(keep, Batch, 6))));
        var engine = new StepExecution(device, capsule.Setting, capsule.Given, fused: false);

        Assert.Equal([1, 2, 3, 4, 5, 7], page.Steps);
        for (int step = 1, row = 0; step <= 7; step++)
        {
            if (step > 1)
            {
                engine.Network.Progress.Advance();
            }

            Dictionary<string, float[]> before = StepExecution.Kept(engine.Network)
                .ToDictionary(one => one.Name, one => one.Value.ToArray());
            Dictionary<string, StepTensor> computed = engine.Run().ToDictionary(one => one.Name);
            if (!page.Steps.Contains(step))
            {
                continue;
            }

            foreach (string name in page.ParameterNames.Where(before.ContainsKey))
            {
                StepTensor after = computed["new " + name];
                Equal(Picked(page.AxesOf(name), after.Shape, before[name]), page.Of(name, row));
                Equal(Picked(page.AxesOf(name), after.Shape, after.Values), page.Of(name, row, after: true));
            }

            foreach (string name in page.SignalNames.Where(name => !name.StartsWith("mask", StringComparison.Ordinal)))
            {
                StepTensor tensor = computed[name];
                Equal(Picked(page.AxesOf(name), tensor.Shape, tensor.Values), page.Of(name, row));
            }

            float[] mask = page.Of("mask of dropout1", row);
            Equal(
                page.Of("output of relu1", row).Select((x, i) => x * mask[i]),
                page.Of("output of dropout1", row));
            int start = engine.Network.Parameters.StartOf(
                engine.Network.Parameters.All.First(one => one.Name == "conv1.bias"));
            Equal(
                computed["new optimizer.exp_avg"].Values[start..(start + page.AxesOf("conv1.bias")[0].Length)],
                page.Of("optimizer.exp_avg of conv1.bias", row, after: true));
            row++;
        }

        static void Equal(IEnumerable<float> expected, float[] got) => Assert.Equal(
            expected.Select(BitConverter.SingleToInt32Bits), got.Select(BitConverter.SingleToInt32Bits));
    }

    /// <summary>Where two channels are kept, sums over channels are not complete; those of parameters are.</summary>
    [SkippableTheory]
    [InlineData(ExplorerSize.All)]
    [InlineData(2)]
    public void Script_Sums_EqualTheDevicesNumbers(int keep)
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu");
        StepCapsule capsule = StepCapture.OfNetwork(device, Small, Input, Classes, Batch, seed: 5);
        string html = ExplorerPage.ToHtml(Record(device, capsule, new ExplorerSize(keep, Batch, 6)));
        using var folder = new TemporaryFolder();
        string script = Regex.Match(html, "<script>\\s*(.*?ExplorerMath.*?)</script>", RegexOptions.Singleline)
            .Groups[1].Value;
        File.WriteAllText(folder["math.js"], script);
        File.WriteAllText(
            folder["parts.json"], System.Text.Json.JsonSerializer.Serialize(new PageNumbers(html).Parts));
        File.WriteAllText(folder["check.js"], """
            const M = require("./math.js"), parts = require("./parts.json"), network = JSON.parse(parts.network);
            const close = (what, a, b, size) => {
              if (!(Math.abs(a - b) <= 1e-5 * size + 1e-9)) throw new Error(`${what}: ${a} is not ${b}`);
              checked++;
            };
            const size = terms => terms.reduce((sum, term) => sum + Math.abs(term.product), 0);
            const every = (axes, before = []) => axes.length === 0 ? [before]
              : axes[0].flatMap(place => every(axes.slice(1), [...before, place]));
            let checked = 0;
            M.Book.of(network, parts.parameters, parts.signals, parts.input).then(book => {
              for (const step of [0, 5]) {
                network.layers.forEach((layer, i) => {
                  for (const { name, learnt } of layer.parameters) {
                    if (!learnt) continue;
                    for (const place of every(book.tensors.get(`${layer.name}.${name}`).places)) {
                      const terms = book.parameterTerms(i, name, place, step), what = `${step} ${layer.name}.${name}`;
                      close(what, M.sum(terms), book.parameterGradient(i, name, step, place), size(terms));
                      const now = book.parameter(i, name, step, place, true);
                      close(what + " new", book.update(i, name, place, step).at(-1).value, now, Math.abs(now));
                    }
                  }
                  for (const place of book.placesOf(i)) {
                    const made = book.inputsOf(i, 1, place, step), what = `${step} ${layer.name} ${place}`;
                    const all = size(made.terms) + Math.abs(made.constant);
                    if (network.left_out === null && !made.complete) throw new Error(what + " is not complete");
                    if (made.complete) {
                      close(what, M.sum(made.terms) + made.constant, book.output(i, step, 1, place), all);
                    }
                    if (i < network.layers.length - 1) {
                      const after = book.outputTerms(i, 1, place, step);
                      if (network.left_out === null && !after.complete) throw new Error(what + " misses terms");
                      if (!after.complete) continue;
                      const device = book.gradient(i, step, 1, place);
                      close(what + " gradient", M.sum(after.terms), device, size(after.terms));
                    }
                  }
                });
                const loss = book.loss(step);
                close("loss", loss.reduce((sum, one) => sum + one.part, 0), network.steps[step].loss, 1);
                loss.forEach((one, b) => one.gradient.forEach((g, c) =>
                  close("logit", g, book.gradient(network.layers.length - 1, step, b, [c]), 1)));
              }
              console.log(checked);
            });
            """);

        string said = Node(folder["check.js"]);

        Assert.True(int.TryParse(said, out int checkedNumbers), said);
        Assert.InRange(checkedNumbers, 400, int.MaxValue);
    }

    [Theory]
    [InlineData("article")]
    [InlineData("deep")]
    public void Size_OfALargeNetwork_StaysBelowTwoMegabytes(string name)
    {
        const int Recorded = 3;
        using ComputeDevice device = DeviceCatalog.Open("cpu");
        NetworkSpec spec = NetworkPresets.Resolve(name).Create();
        var shape = new Shape(40, 101);
        var graph = new NetworkGraph(spec, shape, 10);

        var size = ExplorerSize.Of(graph, new ExplorerOptions(), clips: 4, mayDropClips: true);
        StepCapsule capsule = StepCapture.OfNetwork(device, spec, shape, 10, size.Clips, seed: 1);
        ExplorerRecording recording = Record(device, capsule, size with { Steps = Recorded });
        int few = ExplorerPage.ToHtml(recording).Length;
        int one = ExplorerPage.ToHtml(Record(device, capsule, size with { Steps = 1 })).Length;

        Assert.Equal((4, 20), (size.Clips, size.Steps));
        Assert.InRange(
            one + ((size.Steps - 1) * (few - one) / (Recorded - 1)), 500_000, ExplorerOptions.MostBytes);
        Assert.Contains("--keep", recording.LeftOut, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_OfTheDefaultNetwork_HoldsAllOfIt()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu");
        ExplorerStart start = ExplorerStarts.OfBuiltInSounds(device, ExplorerStarts.Default, clips: 4, seed: 1);
        var graph = new NetworkGraph(
            start.Capsule.Setting.Network, new Shape([.. start.Capsule.Setting.Input]), start.Labels.Count);

        var size = ExplorerSize.Of(graph, new ExplorerOptions(), clips: 4, mayDropClips: true);
        var recording = ExplorerRecording.Of(device, start, size);

        Assert.Equal(ExplorerSize.All, size.Keep);
        Assert.Null(recording.LeftOut);
        Assert.InRange(ExplorerPage.ToHtml(recording).Length, 100_000, ExplorerOptions.MostBytes);
        Assert.True(recording.Steps[^1].Loss < recording.Steps[0].Loss / 2);
    }

    [Fact]
    public void Page_LabelsThatLookLikeMarkup_StayText()
    {
        const string Label = "</script><b>\"'&\u2028@@STYLE@@";
        using ComputeDevice device = DeviceCatalog.Open("cpu");
        StepCapsule capsule = StepCapture.OfNetwork(device, Small, Input, Classes, Batch, seed: 5);

        string plain = Html("dog");
        string html = Html(Label);

        Assert.Equal(Count(plain, "</script"), Count(html, "</script"));
        Assert.DoesNotContain("<b>\"", html, StringComparison.Ordinal);
        Assert.Equal(Label, new PageNumbers(html).Network.GetProperty("classes")[0].GetString());
        Assert.DoesNotMatch("https?:(?!//www.w3.org/2000/svg)", html);

        string Html(string label) => ExplorerPage.ToHtml(ExplorerRecording.Of(
            device, ExplorerStarts.Of(capsule, [label, label, label], label), new ExplorerSize(2, Batch, 1)));

        static int Count(string text, string part) => text.Split(part).Length;
    }

    private static ExplorerRecording Record(ComputeDevice device, StepCapsule capsule, ExplorerSize size) =>
        ExplorerRecording.Of(device, ExplorerStarts.Of(capsule, labels: null, "a test"), size);

    /// <summary>Some places of each axis, row-major.</summary>
    private static IEnumerable<float> Picked(int[][] axes, int[] shape, float[] values)
    {
        IEnumerable<int> from = [0];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            (int size, int[] places) = (shape[axis], axes[axis]);
            from = from.SelectMany(before => places.Select(place => (before * size) + place));
        }

        return from.Select(i => values[i]);
    }

    private static string Node(string script)
    {
        try
        {
            using Process node = Process.Start(new ProcessStartInfo("node", [script])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string said = node.StandardOutput.ReadToEnd() + node.StandardError.ReadToEnd();
            node.WaitForExit();
            return said.Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "no node on the PATH");
            throw;
        }
    }
}
