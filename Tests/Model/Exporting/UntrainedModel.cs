using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Exporting;

/// <summary>Models that nobody trained, with weights and statistics drawn so that every one of them tells.</summary>
internal static class UntrainedModel
{
    /// <summary>A model of a network and features.</summary>
    public static TrainedModel Of(
        NetworkSpec spec, FeatureOptions features, double seconds = 0.5, int classes = 5, ulong seed = 7)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var config = new RunConfig
        {
            Labels = [.. Enumerable.Range(0, classes).Select(i => $"class \"{i}\"")],
            Features = features,
            ClipSamples = (int)(seconds * features.SampleRate),
            Model = spec,
            Training = new TrainingOptions(),
            Device = "cpu",
        };
        var graph = new NetworkGraph(spec, config.Input, classes);
        var network = new Network(device, graph, seed: seed, forTraining: false);
        Shake(network, seed);
        float[] mean = new float[config.Format.Channels];
        float[] deviation = [.. mean.Select(_ => 1f)];
        return new TrainedModel(config, network, new Normalizer(mean, deviation));
    }

    /// <summary>The same model with the normalisation of some waveforms, as training finds it.</summary>
    public static TrainedModel Normalised(TrainedModel model, float[][] waveforms) => new(
        model.Config, model.Network, Normalizer.Fit(FeaturesOf(model, waveforms)));

    /// <summary>Gives biases and statistics numbers other than 0 and 1.</summary>
    public static void Shake(Network network, ulong seed)
    {
        var random = new Random((int)seed);
        foreach (Tensor<float> value in network.Parameters.All.Select(one => one.Value).Where(
            one => one.Shape.Rank == 1))
        {
            value.CopyFrom([.. value.ToArray().Select(x => x + (0.2f * ((float)random.NextDouble() - 0.5f)))]);
        }

        foreach (NetworkState state in network.Parameters.States)
        {
            state.Value.CopyFrom([.. state.Value.ToArray().Select(x => x + (0.5f * (float)random.NextDouble()))]);
        }
    }

    /// <summary>Features of waveforms of the clips' length, [B, C, T].</summary>
    public static Tensor<float> FeaturesOf(TrainedModel model, float[][] waveforms)
    {
        ComputeDevice device = model.Network.Device;
        int samples = model.Config.ClipSamples;
        var extractor = new FeatureExtractor(device, model.Config.Features, waveforms.Length, samples);
        Tensor<float> features = device.Allocate<float>(extractor.Output);
        extractor.Extract(
            device.Upload<float>(new Shape(waveforms.Length, samples), [.. waveforms.SelectMany(one => one)]),
            features);
        return features;
    }

    /// <summary>The logits of waveforms, a row each.</summary>
    public static float[] LogitsOf(TrainedModel model, float[][] waveforms)
    {
        Tensor<float> features = FeaturesOf(model, waveforms);
        model.Normalizer.Apply(features);
        NetworkPlan plan = model.Network.PlanFor(waveforms.Length, training: false);
        plan.Input.CopyFrom(features);
        plan.Forward();
        return plan.Logits.ToArray();
    }

    /// <summary>Silence, a click, noise, a clipped tone, a sweep, a constant, and next to nothing.</summary>
    public static float[][] OddWaveforms(int samples, int rate)
    {
        var random = new Random(5);
        return
        [
            new float[samples],
            Wave(i => i == samples / 3 ? 1 : 0),
            Wave(_ => (2 * random.NextDouble()) - 1),
            Wave(i => Math.Clamp(3 * Math.Sin(Math.Tau * 440 * i / rate), -1, 1) + (0.01 * random.NextDouble())),
            Wave(i => (0.7 * Math.Sin(Math.Tau * i / rate * (100 + (0.4 * rate * i / samples / 2)))) +
                (0.01 * random.NextDouble())),
            Wave(i => 0.5 + (0.01 * random.NextDouble())),
            Wave(_ => 1e-5 * random.NextDouble()),
        ];

        float[] Wave(Func<int, double> value) => [.. Enumerable.Range(0, samples).Select(i => (float)value(i))];
    }
}
