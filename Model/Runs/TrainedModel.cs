// A network together with all that it needs to be used: labels, features, normalisation.
using NativeCnn.Engine.Devices;
using NativeCnn.Features;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Runs;

/// <summary>What a run folder holds, in memory: config.json and model.safetensors.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class TrainedModel
{
    private const string MeanName = "normalization.mean";
    private const string DeviationName = "normalization.deviation";

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

    /// <summary>Writes model.safetensors: every parameter by name, and the normalisation.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TrainingDivergedException">A value is not finite; nothing is written.</exception>
    public void SaveWeights(string path)
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
        if (tensors.FirstOrDefault(one => !Divergence.AreFinite(one.Value.AsFloat32())).Key is { } name)
        {
            throw new TrainingDivergedException(
                $"the training diverged: '{name}' has values that are not finite; lower the learning rate");
        }

        SafeTensors.Write(path, tensors, new Dictionary<string, string> { ["format"] = "nativecnn" });
    }

    /// <summary>Loads a run for inference.</summary>
    /// <param name="device">Where it shall run.</param>
    /// <param name="folder">The run folder.</param>
    /// <exception cref="RunException">It is no run folder, or a part of it is damaged.</exception>
    public static TrainedModel Load(ComputeDevice device, string folder)
    {
        RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Load(run.ConfigPath);
        try
        {
            var network = new Network(
                device, config.Model, config.Format.Channels, config.Format.Frames, config.Labels.Count,
                forTraining: false);
            SafeTensorsFile file = SafeTensors.Read(run.ModelPath);
            foreach (Parameter parameter in network.Parameters.All)
            {
                parameter.Value.CopyFrom(Tensor(file, parameter.Name, parameter.Value.Shape.ToArray()));
            }

            foreach (NetworkState state in network.Parameters.States)
            {
                state.Value.CopyFrom(Tensor(file, state.Name, state.Value.Shape.ToArray()));
            }

            int[] perChannel = [config.Format.Channels];
            var normalizer = new Normalizer(
                Tensor(file, MeanName, perChannel), Tensor(file, DeviationName, perChannel));
            return new TrainedModel(config, network, normalizer);
        }
        catch (Exception error) when (error is SafeTensorsException or NetworkSpecException or ArgumentException)
        {
            throw new RunException($"the run '{folder}' cannot be used: {error.Message}", error);
        }
    }

    private static float[] Tensor(SafeTensorsFile file, string name, int[] shape)
    {
        if (!file.Tensors.TryGetValue(name, out SafeTensor? tensor) || !tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new SafeTensorsException(
                $"model.safetensors has no tensor '{name}' of shape [{string.Join(", ", shape)}]");
        }

        float[] values = tensor.AsFloat32().ToArray();
        return Divergence.AreFinite(values)
            ? values
            : throw new SafeTensorsException(
                $"'{name}' of model.safetensors has values that are not finite, so the training diverged; train again "
                + "with a lower --learning-rate");
    }
}
