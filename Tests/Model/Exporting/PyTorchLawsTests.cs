// What PyTorch itself computes of exported pages, and what is computed here of weights that it trained. .ci/pytorch.sh
// runs these; without PyTorch they are skipped. Each starts Python once, for all of its cases.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting;
using NativeCnn.Tools.Exporting.PyTorch;
using NativeCnn.Tools.Importing;

namespace NativeCnn.Tests.Model.Exporting;

public sealed class PyTorchLawsTests : IDisposable
{
    private const double Tolerance = 1e-4;

    // Each folder's page, its weights and its case, in evaluation; then a step in training, where something is drawn.
    private const string Compare = """
        import importlib.util, sys, torch
        for folder in sys.argv[1:]:
            spec = importlib.util.spec_from_file_location("page", folder + "/model.py")
            page = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(page)
            case = page.read_tensors(folder + "/case.safetensors")
            model = page.Model()
            model.load_state_dict(page.read_tensors(folder + "/model.safetensors"))
            model.eval()
            run = model.features if "features" in folder else model
            with torch.no_grad():
                y = run(case["x"])
            ours = case["y"].reshape(y.shape)
            wrong = (y - ours).abs().max().item()
            model.train()
            trained = run(case["x"])
            # The class may be another where two logits are as good as the same.
            lead = ours.topk(2, 1).values if y.dim() == 2 and y.shape[1] > 1 else None
            same = lead is None or ((y.argmax(1) == ours.argmax(1)) | (lead[:, 0] - lead[:, 1] < 2e-4)).all()
            print(folder, wrong, ours.abs().max().item(), int(trained.shape == y.shape and bool(same)))
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void EveryLayer_InPyTorch_ComputesWhatItComputesHere()
    {
        PyTorch.Required();
        List<string> cases = [];
        foreach (string example in LayerExamples.Names)
        {
            var graph = new NetworkGraph(
                LayerChain.Follow(LayerExamples.SpecOf(example).Layers, Node.Input()), LayerExamples.InputOf(example),
                name: example);
            var network = new Network(TestDevices.Get("cpu"), graph, seed: 3, forTraining: false);
            UntrainedModel.Shake(network, seed: 3);
            NetworkPlan plan = network.PlanFor(3, training: false);
            float[] x = Noise(plan.Input.Length);
            plan.Input.CopyFrom(x);
            plan.Forward();
            string at = Folder($"layer{cases.Count}");
            var exported = ExportGraph.ForTraining(network);
            var page = new NetworkPage(exported);
            File.WriteAllLines(Path.Combine(at, "model.py"),
            [
                "import json, os, struct, sys, torch", "import torch.nn.functional as F", "from torch import nn",
                "SAMPLES = SAMPLE_RATE = 0", ModelPage.Files, ModelPage.Blocks, ModelPage.ClipDropout,
                "class Model(nn.Module):", "    def __init__(self):", "        super().__init__()",
                .. page.InitLines("        "), "    def forward(self, x):", .. page.ForwardLines("        "),
            ]);
            var tensors = exported.Weights.ToDictionary(
                one => PyTorchNames.Of(one.Name), one => SafeTensor.From<float>([.. one.Values], one.Shape.ToArray()));
            const string variance = "running_var";
            foreach (string norm in tensors.Keys.Where(
                name => name.EndsWith(variance, StringComparison.Ordinal)).ToArray())
            {
                tensors.Add(norm[..^variance.Length] + PyTorchNames.BatchesTracked, SafeTensor.From<long>([0]));
            }

            SafeTensors.Write(Path.Combine(at, "model.safetensors"), tensors);
            WriteCase(at, x, plan.Input.Shape, plan.Logits.ToArray());
            cases.Add(at);
        }

        ExpectClose(cases);
    }

    [SkippableFact]
    public void EveryNetworkPreset_FromOddWaveforms_GivesOurLogits()
    {
        PyTorch.Required();
        ExpectClose([.. NetworkPresets.All.Select(preset => Exported(
            preset.Name, UntrainedModel.Of(preset.Create(), FeaturePresets.Find(preset.Features)!.Create(8000))))]);
    }

    /// <summary>NATIVECNN_RECORDINGS is a folder of WAV files at 8000 Hz, of which 300 are taken.</summary>
    [SkippableFact]
    public void EveryPreset_FromRealClips_GivesOurLogitsAndClasses()
    {
        PyTorch.Required();
        string? recordings = Environment.GetEnvironmentVariable("NATIVECNN_RECORDINGS");
        Skip.If(string.IsNullOrEmpty(recordings), "NATIVECNN_RECORDINGS names no folder of recordings");
        string[] files = [.. Directory.GetFiles(recordings!, "*.wav").Order(StringComparer.Ordinal)];
        string[] chosen = [.. files.Where((_, i) => i % Math.Max(1, files.Length / 300) == 0).Take(300)];
        Assert.Equal(300, chosen.Length);
        float[][] clips = [.. chosen.Select(file => ClipShaper.Fit(AudioFile.Read(file).Samples, 4000))];
        NetworkSpec tiny = NetworkPresets.Find("tiny")!.Create();

        ExpectClose(
        [
            .. NetworkPresets.All.Select(preset => Exported(
                $"network-{preset.Name}",
                UntrainedModel.Of(preset.Create(), FeaturePresets.Find(preset.Features)!.Create(8000)), clips)),
            .. FeaturePresets.All.Where(one => one.Name != FeaturePresets.RawName).Select(preset => Exported(
                $"chain-{preset.Name}", UntrainedModel.Of(tiny, preset.Create(8000)), clips)),
        ]);
    }

    [SkippableFact]
    public void EveryFeaturePreset_FromOddWaveforms_GivesOurLogits()
    {
        PyTorch.Required();
        NetworkSpec spec = NetworkPresets.Find("tiny")!.Create();
        ExpectClose([.. FeaturePresets.All.Where(one => one.Name != FeaturePresets.RawName).Select(preset => Exported(
            preset.Name, UntrainedModel.Of(spec, preset.Create(8000))))]);
    }

    [SkippableFact]
    public void EveryFeatureSetting_OnOddWaveforms_GivesOurFeatures()
    {
        PyTorch.Required();
        NetworkSpec spec = NetworkSpec.Parse(
            """{"name":"n","layers":[{"type":"global_average_pool"},{"type":"dense"}]}""");
        List<string> cases = [];
        foreach ((string name, FeatureOptions options) in FeatureVariants.All)
        {
            TrainedModel model = UntrainedModel.Of(spec, options);
            float[][] waveforms = UntrainedModel.OddWaveforms(model.Config.ClipSamples, options.SampleRate);
            string at = Write(model, $"features {cases.Count} {name}");
            WriteCase(
                at, [.. waveforms.SelectMany(one => one)], new Shape(waveforms.Length, model.Config.ClipSamples),
                UntrainedModel.FeaturesOf(model, waveforms).ToArray());
            cases.Add(at);
        }

        ExpectClose(cases, relative: true);
    }

    [SkippableFact]
    public void Page_GivenASound_PrintsTheLabelThatPredictPrints()
    {
        PyTorch.Required();
        TrainedModel model = UntrainedModel.Of(
            NetworkPresets.Find("deep")!.Create(), FeatureOptions.LogMelCmn(8000));
        Directory.CreateDirectory(folder["run"]);
        model.Config.Save(folder["run/config.json"]);
        model.SaveWeights(folder["run/model.safetensors"]);
        CliRun.Of("export", folder["run"], "--format", "pytorch").Succeeded();
        for (int i = 0; i < 3; i++)
        {
            float[] sound = UntrainedModel.OddWaveforms(3000 + (1000 * i), 8000)[2 + i];
            WavWriter.WritePcm16(folder[$"{i}.wav"], sound, 8000);
        }

        string[] files = [folder["0.wav"], folder["1.wav"], folder["2.wav"]];
        CliRun ours = CliRun.Of(["predict", folder["run"], .. files, "--windows", "0", "--device", "cpu", "--json"]);
        string[] theirs = PyTorch.RunPage(folder["run/export/pytorch"], files);

        Assert.All(files, (file, i) =>
        {
            int at = Array.FindIndex(theirs, line => line.StartsWith($"{file}: ", StringComparison.Ordinal));
            Assert.Equal(
                $"{file}: {ours.Succeeded().Json[i].GetProperty("label").GetString()}", theirs[at]);
            Assert.Equal(5, theirs.Skip(at + 1).TakeWhile(line => line[0] == ' ').Count());
        });
    }

    [SkippableFact]
    public void Weights_ThatPyTorchTrained_GiveItsLogits()
    {
        PyTorch.Required();
        string page = Write(UntrainedModel.Of(
            NetworkPresets.Find("article")!.Create(), FeatureOptions.Mfcc(8000)), "page");

        PyTorch.Run(folder.Path, TenSteps, page);

        ComputeDevice device = TestDevices.Get("cpu");
        foreach (string name in new[] { "article", "deep" })
        {
            NetworkPreset preset = NetworkPresets.Find(name)!;
            (TrainedModel model, IReadOnlyList<string> lines) = RunImport.Read(device, new ImportRequest
            {
                File = folder[$"{name}.safetensors"],
                Network = preset,
                ClipSeconds = 0.5,
                Features = FeaturePresets.Find(preset.Features)!.Create(8000),
            });
            SafeTensorsFile file = SafeTensors.Read(folder[$"{name}-case.safetensors"]);
            NetworkPlan plan = model.Network.PlanFor(file["x"].Shape[0], training: false);
            plan.Input.CopyFrom(file["x"].AsFloat32());
            plan.Forward();

            Assert.Contains("0 by name", lines[0], StringComparison.Ordinal);
            Near(file["y"].AsFloat32().ToArray(), plan.Logits.ToArray(), name);
        }
    }

    // Two networks as somebody writes them who knows none of our names, trained for ten steps on random data.
    private const string TenSteps = """
        import importlib.util, sys, torch
        from torch import nn
        spec = importlib.util.spec_from_file_location("page", sys.argv[1] + "/model.py")
        page = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(page)
        torch.manual_seed(1)

        class Article(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Sequential(nn.Conv1d(40, 64, 4), nn.ReLU(), nn.MaxPool1d(2))
                self.classifier = nn.Sequential(
                    nn.Flatten(), nn.Linear(64 * 24, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 5))

            def forward(self, x):
                return self.classifier(self.features(x))

        class Deep(nn.Module):
            def __init__(self):
                super().__init__()
                layers = []
                for i, o in ((40, 64), (64, 128), (128, 128)):
                    if layers:
                        layers.append(nn.MaxPool1d(2))
                    layers += [nn.Conv1d(i, o, 3, padding=1, bias=False), nn.BatchNorm1d(o), nn.ReLU()]
                self.encoder = nn.Sequential(*layers)
                self.head = nn.Linear(256, 5)

            def forward(self, x):
                x = self.encoder(x)
                return self.head(torch.cat([x.mean(2), x.amax(2)], 1))

        for name, net in (("article", Article()), ("deep", Deep())):
            optimizer = torch.optim.Adam(net.parameters(), 1e-3)
            for _ in range(10):
                loss = nn.functional.cross_entropy(net(torch.randn(8, 40, 51)), torch.randint(0, 5, (8,)))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            net.eval()
            x = torch.randn(6, 40, 51)
            page.write_tensors(name + ".safetensors", net.state_dict())
            page.write_tensors(name + "-case.safetensors", {"x": x, "y": net(x)})
        """;

    private string Folder(string name)
    {
        Directory.CreateDirectory(folder[name]);
        return folder[name];
    }

    private string Write(TrainedModel model, string name)
    {
        string at = Folder(name.Replace(' ', '_'));
        ExportFormats.Named("pytorch").Write(new ExportRequest { Model = model, Run = at, Folder = at });
        return at;
    }

    /// <summary>A model with the normalisation of waveforms, which are its case; odd ones without any.</summary>
    private string Exported(string name, TrainedModel model, float[][]? clips = null)
    {
        float[][] waveforms =
            clips ?? UntrainedModel.OddWaveforms(model.Config.ClipSamples, model.Config.Features.SampleRate);
        TrainedModel normalised = UntrainedModel.Normalised(model, waveforms);
        string at = Write(normalised, name);
        WriteCase(
            at, [.. waveforms.SelectMany(one => one)], new Shape(waveforms.Length, model.Config.ClipSamples),
            UntrainedModel.LogitsOf(normalised, waveforms));
        return at;
    }

    private static void WriteCase(string at, float[] x, Shape shape, float[] y) => SafeTensors.Write(
        Path.Combine(at, "case.safetensors"), new Dictionary<string, SafeTensor>
        {
            ["x"] = SafeTensor.From<float>(x, shape.ToArray()),
            ["y"] = SafeTensor.From<float>(y, y.Length),
        });

    private void ExpectClose(List<string> cases, bool relative = false)
    {
        string[] printed = PyTorch.Run(folder.Path, Compare, [.. cases]);

        Assert.Equal(cases.Count, printed.Length);
        string[] wrong =
        [
            .. printed.Where(line =>
            {
                string[] words = line.Split(' ');
                double[] numbers = [.. words[^3..].Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
                return !(numbers[0] <= Tolerance * (relative ? Math.Max(1, numbers[1]) : 1)) || numbers[2] != 1;
            }),
        ];
        Assert.True(
            wrong.Length == 0,
            $"too far from PyTorch, another class, or another shape in training:\n{string.Join('\n', wrong)}");
    }

    private static void Near(float[] expected, float[] actual, string name)
    {
        Assert.Equal(expected.Length, actual.Length);
        double most = expected.Zip(actual, (a, b) => (double)Math.Abs(a - b)).Max();
        Assert.True(most <= Tolerance, $"{name}: {most} from PyTorch");
    }

    private static float[] Noise(int count)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble()) - 1)];
    }
}
