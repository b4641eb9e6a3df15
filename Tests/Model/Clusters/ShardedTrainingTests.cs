using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Clusters.Nccl;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Model.Clusters.Nccl;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Clusters;

public sealed class ShardedTrainingTests
{
    private const int Channels = 6;
    private const int Frames = 24;
    private const int Classes = 3;

    private static readonly TrainingOptions Usual = new()
    {
        BatchSize = 16,
        Seed = 7,
        Epochs = 3,
        LearningRate = 0.01f,
        Optimizer = new AdamWOptions { WeightDecay = 0.1f },
        AverageDecay = 0.9f,
        ClipNorm = 1,
        Shards = 8,
    };

    [Theory]
    [InlineData("article", 37)] // 5 rows are left for the last mini-batch: some of its shards are empty.
    [InlineData("deep", 37)]
    [InlineData("deep", 3)] // Fewer clips than processes.
    public void Weights_AreTheSame_WithAnyNumberOfProcesses(string network, int clips)
    {
        NetworkSpec spec = NetworkPresets.Resolve(network).Create();
        Checkpoint expected = Trained(Usual, spec, clips, 1)[0];

        foreach (int processes in new[] { 2, 3, 4 })
        {
            Assert.All(Trained(Usual, spec, clips, processes), one =>
            {
                Assert.Equal(expected.Values, one.Values);
                Assert.Equal(expected.State, one.State);
                Assert.Equal(expected.BestValues, one.BestValues);
                Assert.Equal(expected.OptimizerState["average"], one.OptimizerState["average"]);
            });
        }
    }

    [SkippableTheory]
    [InlineData("article")]
    [InlineData("deep")]
    public void Weights_AreTheSame_WhereGradientsStayOnTheDevices(string network)
    {
        Gcc.Required();
        NetworkSpec spec = NetworkPresets.Resolve(network).Create();
        Checkpoint expected = Trained(Usual, spec, 37, 1)[0];

        foreach (int processes in new[] { 2, 3, 4 })
        {
            Assert.All(Trained(Usual, spec, 37, processes, onCards: true), one =>
            {
                Assert.Equal(expected.Values, one.Values);
                Assert.Equal(expected.State, one.State);
                Assert.Equal(expected.BestValues, one.BestValues);
            });
        }
    }

    [Fact]
    public void ClipsOfAllProcesses_AreThoseOfOne()
    {
        NetworkSpec spec = NetworkPresets.Resolve("article").Create();
        foreach (int count in new[] { 1, 3 })
        {
            (long Samples, long Operations)[] counted = ThreadProcesses.Run(count, processes =>
            {
                using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
                Trainer trainer = TrainerOf(device, Usual, spec, 37, processes);
                trainer.RunEpoch();
                trainer.Times.SumOver(processes);
                return (trainer.Times.Samples, trainer.Times.Operations);
            });

            Assert.All(counted, one => Assert.Equal(37, one.Samples));
            Assert.All(counted, one => Assert.Equal(counted[0].Operations, one.Operations));
        }
    }

    [Fact]
    public void Shards_WithoutBatchNormalisation_AreTheMiniBatch()
    {
        NetworkSpec article = NetworkPresets.Article(filters: 8);
        NetworkSpec plain = article with { Layers = new([.. article.Layers.Where(one => one is not DropoutLayer)]) };

        float[] expected = Trained(Usual with { Shards = 0 }, plain, 37, 1)[0].Values;
        float[] got = Trained(Usual, plain, 37, 1)[0].Values;

        Closeness.Close("weights", got, expected, 2e-5, got.Length);
    }

    [Fact]
    public void AResumedRun_WithAnotherNumberOfProcesses_EndsTheSame()
    {
        NetworkSpec spec = NetworkPresets.Resolve("deep").Create();
        Checkpoint expected = Trained(Usual, spec, 37, 1)[0];
        Checkpoint begun = Trained(Usual, spec, 37, 3, epochs: 1)[1];

        foreach (int processes in new[] { 1, 2 })
        {
            Assert.All(
                Trained(Usual, spec, 37, processes, from: begun), one => Assert.Equal(expected.Values, one.Values));
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void AWishToStop_OfOneProcess_StopsAllAtTheSameStep(bool onCards)
    {
        Skip.If(onCards && !Gcc.IsThere, "no gcc on the PATH");
        NetworkSpec spec = NetworkPresets.Resolve("article").Create();
        int[] steps = ThreadProcesses.Run(3, processes =>
        {
            using var stop = new CancellationTokenSource();
            using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
            using NcclCollective? cards = onCards ? NcclStandIn.Join(processes) : null;
            Trainer trainer = TrainerOf(device, Usual with { BatchSize = 8 }, spec, 40, processes, cards);
            int done = 0;
            Assert.Throws<OperationCanceledException>(() => trainer.RunEpoch(
                step =>
                {
                    done = step;
                    if (step == 2 && processes.Rank == 1)
                    {
                        stop.Cancel();
                    }
                },
                stop.Token));
            return done;
        });

        Assert.Equal([2, 2, 2], steps);
    }

    [Fact]
    public void MoreProcessesThanShards_AreRefused()
    {
        NetworkSpec spec = NetworkPresets.Resolve("article").Create();

        AggregateException error = Assert.Throws<AggregateException>(
            () => Trained(Usual with { Shards = 2 }, spec, 20, 3));

        Assert.All(error.InnerExceptions, one => Assert.IsType<ClusterException>(one));
        Assert.Contains("3 processes are too many", error.Message, StringComparison.Ordinal);
    }

    private static Checkpoint[] Trained(
        TrainingOptions options, NetworkSpec spec, int clips, int processes, int? epochs = null, Checkpoint? from = null,
        bool onCards = false) => ThreadProcesses.Run(processes, own =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
            using NcclCollective? cards = onCards ? NcclStandIn.Join(own) : null;
            Assert.Equal(onCards, cards is not null);
            Trainer trainer = TrainerOf(device, options, spec, clips, own, cards);
            if (from is not null)
            {
                trainer.Resume(from);
            }

            while (trainer.Epoch < (epochs ?? options.Epochs))
            {
                trainer.RunEpoch();
            }

            return trainer.Capture();
        });

    private static Trainer TrainerOf(
        ComputeDevice device, TrainingOptions options, NetworkSpec spec, int clips, ICollective processes,
        IDeviceCollective? cards = null)
    {
        var network = new Network(device, spec, Channels, Frames, Classes, seed: 3);
        return new Trainer(
            network, SetOf(device, clips, seed: 1), SetOf(device, 9, seed: 2), options, processes: processes,
            devices: cards);
    }

    private static FeatureSet SetOf(ComputeDevice device, int clips, int seed)
    {
        float[] values = Randoms.Normal(clips * Channels * Frames, seed);
        return FeatureSet.FromFeatures(
            device.Upload<float>(new Shape(clips, Channels, Frames), values),
            [.. Enumerable.Range(0, clips).Select(i => i % Classes)]);
    }
}
