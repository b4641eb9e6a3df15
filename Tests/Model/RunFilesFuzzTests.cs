// The law of ReaderFuzz for what a run folder holds, and for networks, feature chains, packs and lists of labels: each
// file is read, or refused in one line by an exception that its reader documents.

using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Data;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class RunFilesFuzzTests(TrainedRun trained) : IClassFixture<TrainedRun>, IDisposable
{
    private const string OwnConfig = """
        {
          "labels": ["a", "b"], "features": {"sample_rate": 8000, "kind": "logmel", "fft_size": 256, "hop_length": 128,
          "mel_bands": 8, "coefficients": 8}, "clip_samples": 2000, "device": "cpu", "workers": 2, "clips_per_class": 7,
          "model": {"name": "mine", "layers": [
            {"type": "conv1d", "filters": 4, "taps": 3, "padding": 1, "dilation": 1, "stride": 1, "groups": 1},
            {"type": "max_pool1d", "window": 2, "stride": 2},
            {"type": "residual", "layers": [{"type": "conv1d", "filters": 4, "taps": 3, "padding": "same"}]},
            {"type": "flatten", "as": "x"}, {"type": "dense", "outputs": 6},
            {"type": "concat", "from": ["x", "dense1"]},
            {"type": "dense"}]},
          "training": {"epochs": 3, "batch_size": 8, "augmentation": {"shift": 0.1}, "schedule": {"kind": "step"},
            "optimizer": {"type": "sgd", "momentum": 0.5}}
        }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Config_DamagedAnyhow_IsReadOrRefused()
    {
        string path = folder["config.json"];
        byte[][] seeds =
        [
            .. ReaderFuzz.Texts(OwnConfig), File.ReadAllBytes(Path.Combine(trained.Path, "config.json")),
        ];
        new ReaderFuzz("config.json", seeds, Read, typeof(RunException), typeof(NetworkSpecException))
        {
            IsText = true,
            BytesForAny = 4_000_000,
            BytesForAByte = 2000,
            Kept = ReaderFuzz.Texts(
                OwnConfig.Replace("\"dilation\": 1", "\"dilation\": 2147483640", StringComparison.Ordinal),
                OwnConfig.Replace("\"padding\": 1", "\"padding\": 2147483647", StringComparison.Ordinal),
                OwnConfig.Replace("\"mel_bands\": 8", "\"mel_bands\": 2000000", StringComparison.Ordinal),
                OwnConfig.Replace("\"fft_size\": 256", "\"fft_size\": 41000000", StringComparison.Ordinal),
                OwnConfig.Replace("\"clip_samples\": 2000", "\"clip_samples\": 2147483647", StringComparison.Ordinal),
                OwnConfig.Replace("\"type\": \"max_pool1d\", ", "", StringComparison.Ordinal),

                // Input 368,489: so many channels, and hardly any time.
                OwnConfig.Replace("\"filters\": 4", "\"filters\": 1000000", StringComparison.Ordinal)
                    .Replace("\"hop_length\": 128", "\"hop_length\": 46341", StringComparison.Ordinal),
                OwnConfig.Replace("[\"x\", \"dense1\"]", "null", StringComparison.Ordinal)),
        }.Holds();

        void Read(byte[] file)
        {
            File.WriteAllBytes(path, file);
            var config = RunConfig.Load(path);
            _ = new NetworkGraph(
                config.Model, new Shape(config.Format.Channels, config.Format.Frames), config.Labels.Count);
            Assert.NotEmpty(config.ToJson());
        }
    }

    /// <summary>A network is built and runs forward and back, or is refused.</summary>
    [Fact]
    public void Network_OfAnyNumbers_RunsOrIsRefused()
    {
        int inputs = 0;
        ComputeDevice device = DeviceCatalog.Open("cpu", 2);
        try
        {
            string[] seeds =
            [
                .. LayerExamples.Names.Select(name => LayerExamples.TextOf(name)),
                """
                {"type":"conv1d","filters":1000000,"taps":1,"as":"a"},{"type":"global_average_pool","as":"b"},
                {"type":"concat","from":["b","b","b","b"]}
                """,
            ];
            new ReaderFuzz(
                "network", ReaderFuzz.Texts(seeds.Select(text => $$"""{"name":"n","layers":[{{text}}]}""")), Read,
                typeof(NetworkSpecException), typeof(DeviceMemoryException))
            {
                IsText = true,
                BytesForAny = 32_000_000,
                BytesForAByte = 100,
                Seconds = 10,
            }.Holds();
        }
        finally
        {
            device.Dispose();
        }

        void Read(byte[] file)
        {
            if (++inputs % 500 == 0 || device.Memory.Taken > 1 << 28)
            {
                // What its plans took is given back.
                device.Dispose();
                device = DeviceCatalog.Open("cpu", 2);
            }

            device.Memory.Limit = device.Memory.Taken + (64 << 20);
            var spec = NetworkSpec.Parse(System.Text.Encoding.UTF8.GetString(file));
            NetworkGraph graph = GraphOf(spec);
            var network = Network.Planned(device, graph);
            if (network.Parameters.Bytes > 1 << 20 || graph.Nodes.Sum(node => (long)node.Output.Length) > 1 << 18 ||
                graph.Nodes.Sum(node => node.Cost.Forward) > 20_000_000)
            {
                return; // Larger than a test wants; the law of sizes covers what comes now.
            }

            network.ExpectRoom(2, training: true);
            network.Begin(Initializer.FanIn);
            NetworkPlan plan = network.PlanFor(2, training: true);
            plan.Input.CopyFrom(Randoms.Normal(plan.Input.Length, 1));
            network.Progress.Advance();
            plan.Forward();
            if (network.Parameters.Count > 0)
            {
                plan.LogitsGradient.CopyFrom(Randoms.Normal(plan.Logits.Length, 2));
                plan.Backward();
            }
        }

        // The examples are for different inputs.
        static NetworkGraph GraphOf(NetworkSpec spec)
        {
            foreach (Shape input in new Shape[] { new(4, 9), new(3, 27), new(6) })
            {
                try
                {
                    return new NetworkGraph(spec.ToNode(), input);
                }
                catch (NetworkSpecException error) when (!error.Message.Contains('\n', StringComparison.Ordinal))
                {
                }
            }

            return new NetworkGraph(spec.ToNode(), new Shape(6, 9));
        }
    }

    [Fact]
    public void FeatureOptions_DamagedAnyhow_AreReadOrRefused() => new ReaderFuzz(
        "features",
        ReaderFuzz.Texts(
            FeatureOptions.Article(8000).ToJson(), FeatureOptions.Kaldi(16000).ToJson(),
            """{"kind":"wavelet_cepstrum","sample_rate":8000,"mel_bands":24,"deltas":2,"delta_width":9}"""),
        file =>
        {
            var options = FeatureOptions.FromJson(System.Text.Encoding.UTF8.GetString(file));
            Assert.True(options.Rows > 0);
            Assert.True(options.Frames(100_000) >= 0);
        },
        typeof(ArgumentException))
    {
        IsText = true,
        BytesForAny = 4_000_000,
        BytesForAByte = 1000,
        Kept = ReaderFuzz.Texts(
            """{"mel_bands":2000000}""", """{"fft_size":41000000}""", """{"hop_length":2147483647}""",
            """{"kind":"mfcc","vt\n_warp":1}"""),
    }.Holds();

    [Fact]
    public void SafeTensors_DamagedAnyhow_AreReadOrRefused() => new ReaderFuzz(
        "safetensors", Weights(), file => SafeTensors.Parse(file, "x.safetensors"), typeof(SafeTensorsException))
    {
        BytesForAByte = 30,
    }.Holds();

    [Fact]
    public void SafeTensors_WithADamagedHeader_AreReadOrRefused() => new ReaderFuzz(
        "safetensors header", [.. Weights().Select(HeaderOf)],
        header => SafeTensors.Parse(WithHeader(header, data: 24), "x.safetensors"), typeof(SafeTensorsException))
    {
        IsText = true,
        BytesForAByte = 60,
    }.Holds();

    [Fact]
    public void Checkpoint_DamagedAnyhow_IsReadOrRefused()
    {
        string path = folder["checkpoint.safetensors"];
        new Checkpoint(3, 30, 2, new Score(0.5, 0.75, 8), [1, 2], [1, 2], [3], [3], new Dictionary<string, float[]>
        {
            ["moments"] = [4, 5],
        })
        {
            Optimizer = "adam",
            Metrics = new EpochMetrics(3, 0.5, 0.6, 0.7, 0.8, 0.001, 0),
        }.Save(path);
        byte[] header = HeaderOf(File.ReadAllBytes(path));
        int data = File.ReadAllBytes(path).Length - header.Length - 8;
        new ReaderFuzz("checkpoint", [header], Read, typeof(SafeTensorsException))
        {
            IsText = true,
            BytesForAByte = 60,
            Kept = ReaderFuzz.Texts(
                """{"__metadata__":{},"best_score":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"""),
        }.Holds();

        void Read(byte[] file)
        {
            File.WriteAllBytes(path, WithHeader(file, data));
            _ = Divergence.WhatIsNotFinite(Checkpoint.Load(path));
        }
    }

    [Fact]
    public void Proof_DamagedAnyhow_IsReadOrRefused()
    {
        string path = folder["proof.safetensors"];
        byte[] whole = File.ReadAllBytes(Path.Combine(trained.Path, "proof.safetensors"));
        byte[] header = HeaderOf(whole);
        new ReaderFuzz("proof", [header], Read, typeof(SafeTensorsException))
        {
            IsText = true,
            Share = 4,
            BytesForAny = 400_000 + (3L * whole.Length),
            BytesForAByte = 60,
        }.Holds();

        void Read(byte[] file)
        {
            File.WriteAllBytes(path, WithHeader(file, whole.Length - header.Length - 8, whole));
            var proof = ModelProof.Load(path);
            Assert.All(Enumerable.Range(0, proof.Count), clip => Assert.NotNull(proof.Setting.Clips[clip]));
        }
    }

    /// <summary>A stranger's run: configuration and weights, loaded to predict.</summary>
    [Fact]
    public void Run_DamagedAnyhow_LoadsOrIsRefused()
    {
        string config = Path.Combine(trained.Path, "config.json");
        byte[] weights = File.ReadAllBytes(Path.Combine(trained.Path, "model.safetensors"));
        int inputs = 0;
        ComputeDevice device = DeviceCatalog.Open("cpu", 2);
        try
        {
            new ReaderFuzz("run", [File.ReadAllBytes(config), HeaderOf(weights)], Read, typeof(RunException))
            {
                IsText = true,
                Share = 8,
                BytesForAny = 8_000_000 + (4L * weights.Length),
                BytesForAByte = 2000,
            }.Holds();
        }
        finally
        {
            device.Dispose();
        }

        void Read(byte[] file)
        {
            if (++inputs % 100 == 0)
            {
                device.Dispose();
                device = DeviceCatalog.Open("cpu", 2);
            }

            bool isConfig = file.AsSpan().IndexOf("\"layers\""u8) >= 0;
            File.WriteAllBytes(folder["config.json"], isConfig ? file : File.ReadAllBytes(config));
            File.WriteAllBytes(
                folder["model.safetensors"],
                isConfig ? weights : WithHeader(file, weights.Length - HeaderOf(weights).Length - 8, weights));
            TrainedModel.Load(device, Path.GetDirectoryName(folder["config.json"])!);
        }
    }

    [Fact]
    public void SplitRecord_DamagedAnyhow_IsReadOrRefused()
    {
        string path = folder["split.csv"];
        new ReaderFuzz(
            "split.csv",
            [
                File.ReadAllBytes(Path.Combine(trained.Path, "split.csv")),
                .. ReaderFuzz.Texts(
                    "path,label,side,start,end,content\n\"a,b.wav\",a,train,0,1.5,\nb.wav,\"b\"\"c\",validation,,," +
                    "000102030405060708090a0b0c0d0e0f\n"),
            ],
            file =>
            {
                File.WriteAllBytes(path, file);
                SplitRecord.TryLoad(path);
            },
            typeof(RunException))
        {
            IsText = true,
            BytesForAByte = 40,
            Kept = ReaderFuzz.Texts(
                "path,label,side,start,end,content\na.wav,a,train,,,99999999999999999999999999a0b0c0d0e0f\n"),
        }.Holds();
    }

    [Fact]
    public void Folds_DamagedAnyhow_AreReadOrRefused()
    {
        string path = folder[FoldsSummary.FileName];
        string json = new FoldsSummary
        {
            GroupBy = "speaker",
            Planned = 3,
            MeanAccuracy = 0.75,
            StdAccuracy = 0.25,
            Folds =
            [
                new FoldEntry { Folder = "fold-a", Group = "a", Accuracy = 0.5, BestAccuracy = 0.5, Clips = 4 },
                new FoldEntry { Folder = "fold-b", Group = "b", Accuracy = 1, BestAccuracy = 1, Clips = 2 },
            ],
        }.ToJson();
        new ReaderFuzz(
            "folds.json", ReaderFuzz.Texts(json),
            file =>
            {
                File.WriteAllBytes(path, file);
                FoldsSummary.Load(folder.Path);
            },
            typeof(RunException))
        {
            IsText = true,
            BytesForAny = 1_000_000,
            BytesForAByte = 2000,
        }.Holds();
    }

    [Fact]
    public void MetricsLog_DamagedAnyhow_IsReadOrRefused()
    {
        string path = folder["metrics.jsonl"];
        string line = new EpochMetrics(1, 0.5, 0.6, 0.7, 0.8, 0.001, 3.5).ToJson();
        new ReaderFuzz(
            "metrics.jsonl",
            ReaderFuzz.Texts(line + "\n", $"{line}\n{line.Replace(":1,", ":2,", StringComparison.Ordinal)}\n"),
            file =>
            {
                File.WriteAllBytes(path, file);
                MetricsLog.Read(path);
            },
            typeof(RunException))
        {
            IsText = true,
            BytesForAByte = 40,
        }.Holds();
    }

    [Fact]
    public void Pack_DamagedAnyhow_IsReadOrCountsAsNotThere()
    {
        const string settings = "{\"a\": 1}";
        var layout = new PackLayout(Values: 2000, Notes: 1);
        string path = folder["x.pack"];
        byte[] seed;
        using (var writer = FeaturePackWriter.Create(Path.GetDirectoryName(path)!, settings, layout, rows: 3))
        {
            writer.Write(0, [1, 2, 3], Randoms.Normal(6000, 1), Randoms.Normal(3, 2));
            writer.Complete(path).Dispose();
            seed = File.ReadAllBytes(path);
        }

        // A head that claims 50 million rows: 1.2 GB were taken for their keys before the file's length was looked at.
        byte[] lie = [.. seed];
        BitConverter.TryWriteBytes(lie.AsSpan(8), 50_000_000);
        new ReaderFuzz("pack", [seed], Read, typeof(InvalidDataException)) { Kept = [lie] }.Holds();

        void Read(byte[] file)
        {
            File.WriteAllBytes(path, file);
            using FeaturePack pack = FeaturePack.TryOpen(path, settings, layout)
                ?? throw new InvalidDataException("not there");
            for (int row = 0; row < pack.Keys.Length; row++)
            {
                pack.TryRead(row, new float[2000], new float[1]);
            }
        }
    }

    [Fact]
    public void EdgeImpulseLabels_DamagedAnyhow_AreReadOrRefused()
    {
        string path = folder["info.labels"];
        string root = Path.GetDirectoryName(path)!;
        new ReaderFuzz(
            "info.labels",
            ReaderFuzz.Texts(
                """{"version":1,"files":[{"path":"training/a.wav","label":{"type":"label","label":"a"}}]}""",
                """{"version":1,"files":[{"path":"b.wav","label":{"type":"unlabeled"}},{"path":"c.wav"}]}"""),
            file =>
            {
                File.WriteAllBytes(path, file);
                EdgeImpulseLabels.TryRead(root, new FolderListing(["info.labels"], []));
            },
            typeof(DataSetException))
        {
            IsText = true,
            BytesForAByte = 60,
        }.Holds();
    }

    [Fact]
    public void AudacityLabels_DamagedAnyhow_AreReadOrNoLabels()
    {
        string path = folder["rec.txt"];
        string root = Path.GetDirectoryName(path)!;
        new ReaderFuzz(
            "Audacity labels", ReaderFuzz.Texts("0.5\t1.25\tdog\n1,5\t2,0\tcat\n\\\t100\t200\n3\t4\tbird\n"),
            file =>
            {
                File.WriteAllBytes(path, file);
                if (!AudacityLabels.Of(root, new FolderListing(["rec.txt", "rec.wav"], [])).Any())
                {
                    throw new InvalidDataException("no labels");
                }
            },
            typeof(DataSetException), typeof(InvalidDataException))
        {
            IsText = true,
            BytesForAByte = 60,
        }.Holds();
    }

    private static byte[][] Weights()
    {
        using var one = new MemoryStream();
        SafeTensors.Write(one, new Dictionary<string, SafeTensor>
        {
            ["conv1.weight"] = SafeTensor.From<float>([1, 2], 1, 2, 1),
            ["mean"] = SafeTensor.From<double>([3], 1),
            ["step"] = SafeTensor.From<long>([4]),
        }, new Dictionary<string, string> { ["format"] = "nativecnn" });
        using var other = new MemoryStream();
        SafeTensors.Write(
            other, new Dictionary<string, SafeTensor> { ["a"] = SafeTensor.From<byte>(new byte[24], 24) });
        return [one.ToArray(), other.ToArray()];
    }

    private static byte[] HeaderOf(byte[] file) => file[8..(8 + (int)BitConverter.ToUInt64(file))];

    // So that a changed header is not refused for its length alone.
    private static byte[] WithHeader(byte[] header, int data, byte[]? of = null) =>
    [
        .. BitConverter.GetBytes((ulong)header.Length), .. header,
        .. of is null ? new byte[data] : of[^data..],
    ];
}
