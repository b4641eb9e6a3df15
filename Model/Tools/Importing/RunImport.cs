// A run of weights that another program trained: nothing of it was trained here, so it has no metrics and no split, but
// all that predicting, evaluating, exporting and training on need.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Exporting.PyTorch;

namespace NativeCnn.Tools.Importing;

/// <summary>Makes runs of safetensors files.</summary>
public static class RunImport
{
    private const int MostShown = 40;
    private static readonly string[] Pickles = [".pt", ".pth", ".bin", ".ckpt", ".pkl"];

    /// <summary>Reads a file and puts its weights into a network.</summary>
    /// <param name="device">Where the network will live.</param>
    /// <param name="request">The file, network and features.</param>
    /// <returns>The network with all that its run needs, and what was taken as what, a line each.</returns>
    /// <exception cref="ImportException">The file is a pickle, or its weights do not fit.</exception>
    /// <exception cref="SafeTensorsException">The file is damaged.</exception>
    /// <exception cref="NetworkSpecException">The network does not fit the features.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (TrainedModel Model, IReadOnlyList<string> Lines) Read(ComputeDevice device, ImportRequest request)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(request);
        RefusePickle(request.File);
        var file = StateDict.Of(SafeTensors.Read(request.File), request.File);
        List<string> lines = [];
        RunConfig config = ConfigOf(device, request, file, lines);
        var graph = new NetworkGraph(config.Model, config.Input, config.Labels.Count);
        var match = StateDictMatch.Of(graph, file);
        if (!match.IsWhole)
        {
            throw new ImportException(match.Complaint(request.File, config.Model.Name));
        }

        var network = Network.Planned(device, graph, forTraining: false);
        network.ExpectRoom(batch: 1, training: false);
        network.Begin(initializer: null);
        Fill(network, match, request.File);
        lines.InsertRange(0, LinesOn(match, file));
        return (new TrainedModel(config, network, NormalizerOf(file, config, request.File, lines))
        {
            Thresholds = config.LabelSeparator is null ? null : FloatTensors.Of(file.Beside[PyTorchWeights.Thresholds]),
        }, lines);
    }

    private static void RefusePickle(string path)
    {
        Span<byte> first = stackalloc byte[9];
        int read = 0;
        if (File.Exists(path))
        {
            using FileStream stream = File.OpenRead(path);
            read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        }

        // A zip archive, which torch.save writes, or a bare pickle. The length that a safetensors file begins with may
        // look like either; there, the header follows.
        bool isPickle = read >= 2 && (first.StartsWith("PK"u8) || (first[0] == 0x80 && first[1] is >= 2 and <= 5)) &&
            first[8] != '{';
        if (isPickle || Pickles.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            string target = Path.ChangeExtension(Path.GetFileName(path), ".safetensors");
            throw new ImportException(
                $"'{path}' is a pickle, which can run any program when it is read: make a safetensors file of it " +
                "where you trust it, python -c \"import torch; from safetensors.torch import save_file; " +
                $"save_file(torch.load('{Path.GetFileName(path)}', map_location='cpu', weights_only=True), " +
                $"'{target}')\"");
        }
    }

    private static RunConfig ConfigOf(
        ComputeDevice device, ImportRequest request, StateDict file, List<string> lines)
    {
        long samples = Math.Max(1, (long)Math.Round(request.ClipSeconds * request.Features.SampleRate));
        if (samples > ClipFormat.MostSamples)
        {
            throw new ImportException(
                $"clips of {request.ClipSeconds} s at {request.Features.SampleRate} Hz are too long: give " +
                "shorter ones");
        }

        bool severalLabels = file.Beside.ContainsKey(PyTorchWeights.Thresholds);
        var config = new RunConfig
        {
            Labels = request.Labels ?? ["0"],
            LabelSeparator = severalLabels ? ";" : null,
            Features = request.Features,
            ClipSamples = (int)samples,
            Model = request.Network.Create(),
            Training = request.Network.Training,
            Device = device.Info.Selector,
            Workers = device.Workers.Count,
        };
        if (request.Labels is null)
        {
            int classes = ClassesOf(config, file, request.File);
            config = config with { Labels = [.. Enumerable.Range(0, classes).Select(i => $"{i}")] };
            lines.Add($"labels 0 to {classes - 1}, for none were given (--labels)");
        }

        if (file.Beside.TryGetValue(PyTorchWeights.Thresholds, out SafeTensor? thresholds) &&
            !thresholds.Shape.AsSpan().SequenceEqual([config.Labels.Count]))
        {
            throw new ImportException(
                $"'{PyTorchWeights.Thresholds}' of '{request.File}' is {thresholds}, and there are " +
                $"{config.Labels.Count} labels");
        }

        try
        {
            config.Validate();
        }
        catch (ArgumentException error)
        {
            throw new ImportException(error.Message, error);
        }

        return config;
    }

    /// <summary>The one number of classes with which everything fits.</summary>
    private static int ClassesOf(RunConfig config, StateDict file, string path)
    {
        int[] candidates =
        [
            .. file.Modules.SelectMany(one => one.Tensors.Values).Where(one => one.Tensor.Shape.Length > 0)
                .Select(one => one.Tensor.Shape[0]).Where(one => one > 0).Distinct().Order(),
        ];
        int[] fitting = [.. candidates.Where(Fits)];
        return fitting.Length == 1
            ? fitting[0]
            : throw new ImportException(
                $"how many classes the weights of '{path}' tell apart cannot be seen with this network, features and " +
                "clip length: give --labels, and what does not fit is listed");

        bool Fits(int classes)
        {
            try
            {
                return StateDictMatch.Of(new NetworkGraph(config.Model, config.Input, classes), file)
                    is { Unused.Count: 0, LeavesNone: true };
            }
            catch (NetworkSpecException)
            {
                return false;
            }
        }
    }

    private static void Fill(Network network, StateDictMatch match, string path)
    {
        Dictionary<string, FileModule> modules = match.Matches.ToDictionary(one => one.Layer, one => one.Module);
        IEnumerable<(string Name, Tensor<float> Value)> all = network.Parameters.All
            .Select(one => (one.Name, one.Value))
            .Concat(network.Parameters.States.Select(one => (one.Name, one.Value)));
        foreach ((string name, Tensor<float> value) in all)
        {
            (string layer, string own) = PyTorchNames.Split(name);
            (string its, SafeTensor tensor) = modules[layer].Tensors[own];
            float[] numbers = FloatTensors.Of(tensor);
            value.CopyFrom(Divergence.AreFinite(numbers)
                ? numbers
                : throw new ImportException(
                    $"'{its}' of '{path}' has values that are not finite" +
                    (tensor.Type == SafeTensorType.F64 ? " in 32 bits" : "")));
        }
    }

    private static Normalizer NormalizerOf(StateDict file, RunConfig config, string path, List<string> lines)
    {
        int rows = config.Format.Channels;
        file.Beside.TryGetValue(PyTorchWeights.Mean, out SafeTensor? mean);
        file.Beside.TryGetValue(PyTorchWeights.Deviation, out SafeTensor? deviation);
        if (mean is null && deviation is null)
        {
            lines.Add(
                $"features are taken as they are (mean 0, deviation 1), for the file has no '{PyTorchWeights.Mean}' " +
                $"and '{PyTorchWeights.Deviation}' [{rows}]");
            return new Normalizer(new float[rows], [.. Enumerable.Repeat(1f, rows)]);
        }

        if (mean is null || deviation is null || mean.Shape is not [var m] || deviation.Shape is not [var d] ||
            m != rows || d != rows)
        {
            throw new ImportException(
                $"'{PyTorchWeights.Mean}' and '{PyTorchWeights.Deviation}' of '{path}' are " +
                $"{mean?.ToString() ?? "absent"} and {deviation?.ToString() ?? "absent"}: these features have {rows} " +
                $"rows, so give both as [{rows}]");
        }

        try
        {
            return new Normalizer(FloatTensors.Of(mean), FloatTensors.Of(deviation));
        }
        catch (ArgumentException error)
        {
            throw new ImportException($"the normalisation of '{path}' cannot be used: {error.Message}", error);
        }
    }

    private static IEnumerable<string> LinesOn(StateDictMatch match, StateDict file)
    {
        LayerMatch[] byShape = [.. match.Matches.Where(one => !one.ByName)];
        int byName = match.Matches.Count - byShape.Length;
        yield return $"{match.Matches.Count} layers: {byName} by name, {byShape.Length} by shape and order";
        foreach (LayerMatch one in byShape.Take(MostShown))
        {
            yield return $"  {one.Layer} is '{one.Module.Path}'";
        }

        if (byShape.Length > MostShown)
        {
            yield return $"  and {byShape.Length - MostShown} more";
        }

        if (match.Unused.Count > 0)
        {
            yield return "left out: " + string.Join(", ", match.Unused.SelectMany(one => one.Tensors.Values)
                .Select(one => $"'{one.Name}' {one.Tensor}"));
        }

        if (file.Counters.Count > 0)
        {
            yield return
                $"{file.Counters.Count} {PyTorchNames.BatchesTracked} left out: nothing here counts mini-batches";
        }
    }
}
