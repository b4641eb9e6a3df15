// The page model.py, from top to bottom: what it is, the run's numbers, feature tables and Features, Normalization,
// Model, and the dozen lines each that read weights and sounds.
using System.Globalization;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>The page of PyTorch of a run.</summary>
internal static class ModelPage
{
    internal const string Blocks = """"
        class Block(nn.Module):
            """Modules by name."""

            def __init__(self, **modules):
                super().__init__()
                for name, module in modules.items():
                    self.add_module(name, module)


        """";

    internal const string ClipDropout = """"
        class ClipDropout(nn.Module):
            """Stochastic depth: while training, all of a clip is zero with probability rate."""

            def __init__(self, rate):
                super().__init__()
                self.rate = rate

            def forward(self, x):
                if not self.training or self.rate == 0:
                    return x
                kept = torch.rand(x.shape[:1] + (1,) * (x.dim() - 1), device=x.device) >= self.rate
                return x * kept / (1 - self.rate)


        """";

    private const string Normalization = """"
        class Normalization(nn.Module):
            """Each row of the features less its mean over the training clips, by its deviation over them."""

            def __init__(self, rows):
                super().__init__()
                self.register_buffer("mean", torch.zeros(rows))
                self.register_buffer("deviation", torch.ones(rows))

            def forward(self, x):
                return (x - self.mean[:, None]) / self.deviation[:, None]


        """";

    internal const string Files = """"
        def read_tensors(path):
            """A safetensors file: the size of its header, the header as JSON, the numbers. Little-endian."""
            types = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "I64": torch.int64}
            with open(path, "rb") as file:
                header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
                data = bytearray(file.read())
            tensors = {}
            for name, entry in header.items():
                if name != "__metadata__":
                    begin, end = entry["data_offsets"]
                    flat = torch.frombuffer(data[begin:end], dtype=types[entry["dtype"]])
                    tensors[name] = flat.reshape(entry["shape"])
            return tensors


        def write_tensors(path, tensors):
            """The same the other way, for what was trained on here: `nativecnn import` reads it."""
            types = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.int64: "I64"}
            header, data = {"__metadata__": {"format": "pt"}}, b""
            for name, tensor in tensors.items():
                raw = bytearray(tensor.numel() * tensor.element_size())
                torch.frombuffer(raw, dtype=tensor.dtype).copy_(tensor.detach().reshape(-1))
                offsets = [len(data), len(data) + len(raw)]
                header[name] = {"dtype": types[tensor.dtype], "shape": list(tensor.shape), "data_offsets": offsets}
                data += raw
            text = json.dumps(header).encode()
            text += b" " * (-len(text) % 8)
            with open(path, "wb") as file:
                file.write(struct.pack("<Q", len(text)) + text + data)


        def load(path=os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.safetensors")):
            """The trained model, for inference; model.train() goes on training it."""
            model = Model()
            model.load_state_dict(read_tensors(path))
            return model.eval()


        def read_wav(path):
            """The beginning of a WAV file of whole numbers as [1, SAMPLES] from -1 to 1, its channels averaged."""
            with wave.open(path) as file:
                if file.getframerate() != SAMPLE_RATE:
                    sys.exit(f"{path} has {file.getframerate()} Hz, the model takes {SAMPLE_RATE}: resample it first")
                width, channels = file.getsampwidth(), file.getnchannels()
                raw = torch.frombuffer(bytearray(file.readframes(SAMPLES)) or bytearray(width), dtype=torch.uint8)
            raw = raw.reshape(-1, width).long()
            if width == 1:
                raw = raw ^ 128  # 8 bits are unsigned, with silence at 128
            value = sum(raw[:, i] << (8 * i) for i in range(width))
            value = value - (value >> (8 * width - 1)) * (1 << (8 * width))
            x = (value.double() / (1 << (8 * width - 1))).float()
            x = x[:len(x) // channels * channels].reshape(-1, channels).mean(1)
            return F.pad(x, (0, SAMPLES - len(x)))[None]


        """";

    private const string OneLabelMain = """"
        def main(files):
            model = load()
            for path in files:
                with torch.no_grad():
                    probabilities = model(read_wav(path)).softmax(1)[0]
                best = probabilities.topk(min(5, len(LABELS)))
                print(f"{path}: {LABELS[best.indices[0]]}")
                for value, at in zip(best.values.tolist(), best.indices.tolist()):
                    print(f"  {value:.4f}  {LABELS[at]}")


        """";

    private const string SeveralLabelsMain = """"
        def main(files):
            model = load()
            for path in files:
                with torch.no_grad():
                    probabilities = model(read_wav(path)).sigmoid()[0]
                found = [label for label, hit in zip(LABELS, probabilities >= model.thresholds) if hit]
                print(f"{path}: {', '.join(found) or 'none'}")
                for value, label in sorted(zip(probabilities.tolist(), LABELS), reverse=True)[:5]:
                    print(f"  {value:.4f}  {label}")


        """";

    private const string End = """"
        if __name__ == "__main__":
            if len(sys.argv) < 2:
                sys.exit("python model.py SOUND.wav ...")
            main(sys.argv[1:])

        """";

    /// <summary>The text of the page.</summary>
    /// <param name="model">The run.</param>
    /// <param name="graph">Its network with its dropouts.</param>
    /// <exception cref="ExportException">A setting or a layer has no form in PyTorch.</exception>
    public static string Of(TrainedModel model, ExportGraph graph)
    {
        RunConfig config = model.Config;
        var features = new FeaturePage(config);
        var network = new NetworkPage(graph);
        string name = PythonText.Plain(config.Model.Name);
        string seconds = ((double)config.ClipSamples / config.Features.SampleRate).ToString(
            "0.###", CultureInfo.InvariantCulture);
        string[] lines =
        [
            $"\"\"\"{name}, trained with NativeCnn: waveforms of {seconds} s at {config.Features.SampleRate} Hz to " +
            $"{config.Labels.Count} classes.",
            "",
            "    python model.py SOUND.wav       label and probabilities",
            "    from model import load          load()(waveform) gives logits; .train() goes on training",
            "",
            "Weights: model.safetensors beside this page, by the names of Model().state_dict(). Needs torch alone.",
            "\"\"\"",
            "import json", "import math", "import os", "import struct", "import sys", "import wave", "",
            "import torch", "import torch.nn.functional as F", "from torch import nn", "",
            $"SAMPLE_RATE = {config.Features.SampleRate}",
            $"SAMPLES = {config.ClipSamples}  # of a clip",
            "LABELS = [", .. PythonText.Wrapped(config.Labels.Select(PythonText.Of), "    "), "]",
            "", "",
            .. features.Lines(),
            "", "",
            .. Fixed(Normalization),
            .. network.HasBlocks ? Fixed(Blocks) : [],
            .. network.DropsClips ? Fixed(ClipDropout) : [],
            .. ModelLines(model, network),
            .. Fixed(Files),
            .. Fixed(model.Thresholds is null ? OneLabelMain : SeveralLabelsMain),
            .. Fixed(End),
        ];
        return string.Join('\n', lines).TrimEnd('\n') + "\n";
    }

    private static string[] Fixed(string text) => text.Split('\n');

    private static IEnumerable<string> ModelLines(TrainedModel model, NetworkPage network)
    {
        RunConfig config = model.Config;
        string shape = $"[B, {config.Input[0]}, {config.Input[1]}]";
        return
        [
            "class Model(nn.Module):",
            $"    \"\"\"Waveforms [B, SAMPLES] from -1 to 1 to logits [B, {config.Labels.Count}].\"\"\"",
            "",
            "    def __init__(self):",
            "        super().__init__()",
            "        self.features = Features()",
            $"        self.normalization = Normalization({config.Input[0]})",
            .. model.Thresholds is null
                ? Array.Empty<string>()
                : ["        self.register_buffer(\"thresholds\", torch.full((len(LABELS),), 0.5))"],
            .. network.InitLines("        "),
            "",
            "    def forward(self, waveform):",
            .. ForwardLines(config.Cropping),
            "",
            "    def logits(self, x):",
            $"        \"\"\"Normalised features {shape} to logits.\"\"\"",
            .. network.ForwardLines("        "),
            "", "",
        ];
    }

    private static string[] ForwardLines(Cropping? cropping)
    {
        if (cropping is null)
        {
            return ["        return self.logits(self.normalization(self.features(waveform)))"];
        }

        int room = cropping.Clip[1] - cropping.Frames;
        IEnumerable<int> starts = cropping.TestCrops == 1
            ? [room / 2]
            : Enumerable.Range(0, cropping.TestCrops).Select(i => (int)((long)i * room / (cropping.TestCrops - 1)));
        return
        [
            "        x = self.normalization(self.features(waveform))",
            $"        # The mean over stretches of {cropping.Frames} frames, as which the network was given clips.",
            $"        starts = [{string.Join(", ", starts)}]",
            $"        return sum(self.logits(x[:, :, t:t + {cropping.Frames}]) for t in starts) / len(starts)",
        ];
    }
}
