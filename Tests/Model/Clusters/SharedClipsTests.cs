// Processes without a feature cache: each reads its share of the clips, and all have all rows, the same bits.
using System.Collections.Concurrent;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Augmentation;
using NativeCnn.Features.Options;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Clusters;

public sealed class SharedClipsTests : IDisposable
{
    private const int Clips = 41;
    private const int Unreadable = 17;
    private const int Odd = 30;
    private const int Samples = 2000;

    private static readonly ClipFormat Format = new(FeatureOptions.Mfcc(8000), Samples);

    private readonly TemporaryFolder sounds = new();
    private readonly TemporaryFolder runs = new();

    public SharedClipsTests()
    {
        for (int i = 0; i < Clips; i++)
        {
            int rate = i % 9 == 5 ? 11025 : 8000;
            float[] samples = SoundSynthesizer.Generate(i % 3, i, rate, i % 7 == 3 ? 0.4 : 0.25, seed: 3);
            byte[] file = WavWriter.EncodePcm16(samples, rate);
            File.WriteAllBytes(
                sounds[NameOf(i)], i == Unreadable ? file[..20] : i == Odd ? file[..^300] : file);
        }
    }

    public void Dispose()
    {
        sounds.Dispose();
        runs.Dispose();
    }

    [Theory]
    [InlineData(FeatureMemory.Device, false, FeaturePrecision.Fp32)]
    [InlineData(FeatureMemory.Host, false, FeaturePrecision.Fp16)]
    [InlineData(FeatureMemory.Disk, false, FeaturePrecision.Fp32)]
    [InlineData(FeatureMemory.Device, true, FeaturePrecision.Fp32)]
    [InlineData(FeatureMemory.Disk, true, FeaturePrecision.Fp32)]
    public void EachReadsItsShare_AndHasTheSetOfOne(FeatureMemory memory, bool keepsSound, FeaturePrecision precision)
    {
        Found expected = FoundBy(new SingleProcess());
        Assert.Equal(Clips, expected.Read.Length);

        foreach (int count in new[] { 2, 3 })
        {
            Found[] all = ThreadProcesses.Run(count, FoundBy);

            Assert.Equal(expected.Read, all.SelectMany(one => one.Read).Order(StringComparer.Ordinal));
            Assert.All(all, one =>
            {
                Assert.InRange(one.Read.Length, Clips / count, (Clips / count) + 1);
                Assert.Equal(expected.Rows, one.Rows);
                Assert.Equal(expected.Mean, one.Mean);
                Assert.Equal(expected.Seconds, one.Seconds);
                Assert.Equal(expected.Skipped, one.Skipped);
                Assert.Equal(expected.Odd, one.Odd);
                Assert.Equal(expected.Contents, one.Contents);
            });
        }

        Found FoundBy(ICollective processes)
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
            var reader = new CountingReader();
            ClipEntry[] entries = [.. Enumerable.Range(0, Clips).Select(i => new ClipEntry(
                sounds[NameOf(i)], NameOf(i), i % 3, $"{i % 3}", null, null, new Dictionary<string, string>()))];
            ClipFormat format = Format with { Precision = precision };
            int told = 0;
            FeatureSet set = FeatureSet.Compute(device, entries, reader, format, new FeatureSetOptions
            {
                Memory = memory,
                KeepSamples = keepsSound,
                Share = SharedClips.Of(processes),
                Done = done => told = done,
            });
            string[] read = reader.Taken();
            Assert.Equal(Clips, told);

            // The content of files that others read is known without reading them.
            UInt128?[] contents = [.. entries.Where((_, i) => i != Unreadable).Select(reader.ContentHash)];
            return new Found(
                read, RowsOf(device, set), set.FitNormalizer(format).Mean.ToArray(), set.Seconds.ToArray(),
                Assert.Single(set.Skipped).ToString(),
                [.. set.Remarks.Select(one => $"{one.Path}: {one.Remark.Kind}")], contents);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("shift=0.01,gain,noise")]
    public void Training_WithoutACache_HasTheBytesOfOneProcess_AlsoWhenItGoesOn(string? augmentation)
    {
        Train(new SingleProcess(), "one", augmentation, epochs: 2, resumes: false);
        byte[] expected = File.ReadAllBytes(runs["one/model.safetensors"]);

        string[][] read = ThreadProcesses.Run(
            3, processes => Train(processes, "three", augmentation, epochs: 2, resumes: false));
        Assert.Equal(expected, File.ReadAllBytes(runs["three/model.safetensors"]));

        // The first writes the run, and the proof of it needs some clips once more.
        Assert.All(read[1..], one => Assert.InRange(one.Length, 1, ((Clips + 2) / 3) + 1));

        ThreadProcesses.Run(3, processes => Train(processes, "begun", augmentation, epochs: 1, resumes: false));
        ThreadProcesses.Run(2, processes => Train(processes, "begun", augmentation, epochs: 2, resumes: true));
        Assert.Equal(expected, File.ReadAllBytes(runs["begun/model.safetensors"]));
    }

    private static string NameOf(int i) => $"{"abc"[i % 3]}_{i:00}.wav";

    private string[] Train(ICollective processes, string name, string? augmentation, int epochs, bool resumes)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
        var reader = new CountingReader();
        ClipSource clips = ClipSource.FromFiles(sounds.Path) with { Reader = reader };
        NetworkPreset preset = NetworkPresets.Resolve("article");
        var config = new RunConfig
        {
            Labels = clips.DataSet.Labels,
            Features = Format.Features,
            ClipSamples = Samples,
            Model = preset.Create(),
            Training = preset.Training with
            {
                Epochs = epochs,
                BatchSize = 8,
                Shards = 8,
                Augmentation = augmentation is null ? preset.Training.Augmentation
                    : AugmentationOptions.Parse(augmentation),
            },
            Device = "cpu",
        };
        TrainingSession.Run(device, config, clips, runs[name], resumes, new Unobserved(), processes);
        return reader.Taken();
    }

    private static float[] RowsOf(ComputeDevice device, FeatureSet set)
    {
        int length = set.IsSound ? Samples : Format.Channels * Format.Frames;
        int[] order = [.. Enumerable.Range(0, set.Count)];
        Tensor<float> rows = device.Allocate<float>(
            set.IsSound ? new Shape(set.Count, length) : new Shape(set.Count, Format.Channels, Format.Frames));
        set.Rows.Begin(order, [set.Count]);
        IBatchLoad load = set.Rows.Into(
            rows, device.Allocate<int>(new Shape(set.Count)), device.Upload<int>(new Shape(set.Count), order),
            new NativeCnn.Engine.Operators.TrainingProgress(device));
        load.Fetch();
        load.BeginStep();
        return rows.ToArray();
    }

    private sealed record Found(
        string[] Read, float[] Rows, float[] Mean, float[] Seconds, string Skipped, string[] Odd, UInt128?[] Contents);

    private sealed class Unobserved : ITrainingObserver;

    /// <summary>Files as clips, and which of them were opened.</summary>
    private sealed class CountingReader : IClipReader
    {
        private readonly FileClipReader files = new();
        private readonly ConcurrentDictionary<string, int> opened = new();
        private readonly ConcurrentDictionary<string, bool> known = new();

        public bool IdentifiesClips => true;

        public string[] Taken() => [.. opened.Keys.Order(StringComparer.Ordinal)];

        public AudioClip Read(ClipEntry entry, CancellationToken cancellation = default)
        {
            Open(entry);
            return files.Read(entry, cancellation);
        }

        public UInt128? ContentKey(ClipEntry entry)
        {
            Open(entry);
            return files.ContentKey(entry);
        }

        public UInt128? ContentHash(ClipEntry entry)
        {
            if (!known.ContainsKey(entry.Path))
            {
                Open(entry);
            }

            return files.ContentHash(entry);
        }

        public UInt128? FileKey(ClipEntry entry) => files.FileKey(entry);

        public void Know(ClipEntry entry, UInt128 content)
        {
            known[entry.Path] = content != 0;
            files.Know(entry, content);
        }

        public void PutBack(ClipEntry entry, AudioClip clip) => files.PutBack(entry, clip);

        private void Open(ClipEntry entry) => opened.TryAdd(Path.GetFileName(entry.Path), 0);
    }
}
