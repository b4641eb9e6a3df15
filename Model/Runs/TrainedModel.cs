// A network together with all that it needs to be used: labels, features, normalisation.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

/// <summary>What a run folder holds, in memory: config.json and model.safetensors.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class TrainedModel
{
    internal const string NormalizationPrefix = "normalization.";
    internal const string ThresholdsName = "thresholds";
    private const string MeanName = NormalizationPrefix + "mean";
    private const string DeviationName = NormalizationPrefix + "deviation";

    /// <summary>Joins the parts.</summary>
    public TrainedModel(RunConfig config, Network network, Normalizer normalizer)
    {
        Config = config;
        Network = network;
        Normalizer = normalizer;
    }

    /// <summary>Labels, features, network and options.</summary>
    public RunConfig Config { get; }

    /// <summary>The network with its weights.</summary>
    public Network Network { get; }

    /// <summary>Mean and deviation of each coefficient over the training part.</summary>
    public Normalizer Normalizer { get; }

    /// <summary>
    /// From which probability on each label is held to be true, where a clip may have several; null else.
    /// </summary>
    public IReadOnlyList<float>? Thresholds { get; set; }

    /// <summary>
    /// Writes model.safetensors: every parameter by name, the normalisation, and the thresholds where there are any.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TrainingDivergedException">A value is not finite; nothing is written.</exception>
    public void SaveWeights(string path)
    {
        Dictionary<string, SafeTensor> tensors = Tensors();
        if (tensors.FirstOrDefault(one => !Divergence.AreFinite(one.Value.AsFloat32())).Key is { } name)
        {
            throw new TrainingDivergedException(
                $"the training diverged: '{name}' has values that are not finite; lower the learning rate");
        }

        SafeTensors.Write(path, tensors, new Dictionary<string, string> { ["format"] = "nativecnn" });
    }

    /// <summary>What model.safetensors holds, by name.</summary>
    internal Dictionary<string, SafeTensor> Tensors()
    {
        var tensors = new Dictionary<string, SafeTensor>();
        foreach (Parameter parameter in Network.Parameters.All)
        {
            tensors.Add(
                parameter.Name, SafeTensor.From<float>(parameter.Value.ToArray(), parameter.Value.Shape.ToArray()));
        }

        foreach (NetworkState state in Network.Parameters.States)
        {
            tensors.Add(state.Name, SafeTensor.From<float>(state.Value.ToArray(), state.Value.Shape.ToArray()));
        }

        tensors.Add(MeanName, SafeTensor.From<float>(Normalizer.Mean, Normalizer.Mean.Length));
        tensors.Add(DeviationName, SafeTensor.From<float>(Normalizer.Deviation, Normalizer.Deviation.Length));
        if (Thresholds is not null)
        {
            tensors.Add(ThresholdsName, SafeTensor.From<float>([.. Thresholds], Thresholds.Count));
        }

        return tensors;
    }

    /// <summary>Loads a run for inference.</summary>
    /// <param name="device">Where it shall run.</param>
    /// <param name="folder">The run folder.</param>
    /// <exception cref="RunException">It is no run folder, or a part of it is damaged.</exception>
    public static TrainedModel Load(ComputeDevice device, string folder) => Load(device, folder, fused: true);

    /// <summary>Loads a run for inference, its layers run together where a fusion does so, or each by itself.</summary>
    internal static TrainedModel Load(ComputeDevice device, string folder, bool fused)
    {
        RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Load(run.ConfigPath);
        try
        {
            var graph = new NetworkGraph(
                config.Model, config.Input, config.Labels.Count);
            SafeTensorsFile file = SafeTensors.Read(run.ModelPath);

            // Before any memory is taken: numbers of the configuration that the weights do not bear out.
            foreach ((string name, Shape shape) in graph.Tensors)
            {
                Find(file, name, shape.ToArray());
            }

            var network = Network.Planned(device, graph, forTraining: false, fused: fused);
            network.ExpectRoom(batch: 1, training: false);
            network.Begin(initializer: null);
            foreach (Parameter parameter in network.Parameters.All)
            {
                parameter.Value.CopyFrom(Tensor(file, parameter.Name, parameter.Value.Shape.ToArray()));
            }

            foreach (NetworkState state in network.Parameters.States)
            {
                state.Value.CopyFrom(Tensor(file, state.Name, state.Value.Shape.ToArray()));
            }

            network.Prepare();
            int[] perChannel = [config.Format.Channels];
            var normalizer = new Normalizer(
                Tensor(file, MeanName, perChannel), Tensor(file, DeviationName, perChannel));
            return new TrainedModel(config, network, normalizer)
            {
                Thresholds = config.LabelSeparator is null ? null : Tensor(file, ThresholdsName, [config.Labels.Count]),
            };
        }
        catch (Exception error) when (error is SafeTensorsException or NetworkSpecException or ArgumentException
            or DeviceMemoryException or IOException or UnauthorizedAccessException)
        {
            throw new RunException($"the run '{folder}' cannot be used: {error.Message}", error);
        }
    }

    private static SafeTensor Find(SafeTensorsFile file, string name, int[] shape) =>
        file.Tensors.TryGetValue(name, out SafeTensor? tensor) && tensor.Shape.AsSpan().SequenceEqual(shape)
            ? tensor
            : throw new SafeTensorsException(
                $"model.safetensors has no tensor '{name}' of shape [{string.Join(", ", shape)}]");

    private static float[] Tensor(SafeTensorsFile file, string name, int[] shape)
    {
        float[] values = Find(file, name, shape).AsFloat32().ToArray();
        return Divergence.AreFinite(values)
            ? values
            : throw new SafeTensorsException(
                $"'{name}' of model.safetensors has values that are not finite, so the training diverged; train again "
                + "with a lower --learning-rate");
    }
}
