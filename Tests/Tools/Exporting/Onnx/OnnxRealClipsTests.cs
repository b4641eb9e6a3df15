// Trained runs over real clips, from the sound to the logits: what .ci/onnx.sh calls with the runs that it exported.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Tools.Exporting.Onnx;

public sealed class OnnxRealClipsTests
{
    /// <summary>Run folders between commas, each with export/onnx in it.</summary>
    public const string Runs = "NATIVECNN_ONNX_RUNS";

    /// <summary>The folder of the clips.</summary>
    public const string Recordings = "NATIVECNN_ONNX_CLIPS";

    private const int Clips = 300;

    [SkippableFact]
    public void ExportedRun_OverRealClips_GivesOurLogitsAndClasses()
    {
        OnnxRuntime.Required();
        string? runs = Environment.GetEnvironmentVariable(Runs);
        Skip.If(string.IsNullOrEmpty(runs), $"{Runs} names no runs: .ci/onnx.sh does");
        string[] all = Directory.GetFiles(Environment.GetEnvironmentVariable(Recordings)!, "*.wav");
        Array.Sort(all, StringComparer.Ordinal);
        string[] clips = [.. Enumerable.Range(0, Clips).Select(i => all[i * all.Length / Clips])];

        // All of them are told before one fails.
        string[] wrong = [.. runs!.Split(',').Select(run => Compared(run, clips)).OfType<string>()];

        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    /// <summary>What is wrong with a run's export, or null.</summary>
    private static string? Compared(string run, string[] clips)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu");
        var model = TrainedModel.Load(device, run);
        RunConfig config = model.Config;
        using var theirs = new OnnxRuntime(File.ReadAllBytes(Path.Combine(run, "export", "onnx", "model.onnx")));
        var lane = new FeatureLane(device, config.Format, rows: 1);
        var block = new ClipBlock(config.Format, rows: 1, lane.Samples);
        var forward = new CroppedForward(device, model.Network.PlanFor(1, training: false), config.Cropping);
        float furthest = 0;
        float largest = 0;
        int others = 0;
        foreach (string path in clips)
        {
            block.Clear();
            block.Add(entry: 0, AudioFile.Read(path), path);
            lane.Compute(block);
            forward.Input.CopyFrom(lane.Features);
            model.Normalizer.Apply(forward.Input);
            forward.Run();
            float[] ours = forward.Logits.ToArray();
            float[] got = theirs.Run("logits", lane.Samples.ToArray(), 1, config.ClipSamples);
            furthest = Math.Max(furthest, ours.Zip(got, (a, b) => Math.Abs(a - b)).Max());
            largest = Math.Max(largest, ours.Max(Math.Abs));
            others += Evaluator.ArgMax(ours) == Evaluator.ArgMax(got) ? 0 : 1;
        }

        string told = FormattableString.Invariant(
            $"{Path.GetFileName(run)}: {clips.Length} clips, logits at most {furthest:0.0e0} apart ") +
            FormattableString.Invariant($"(the largest is {largest:0.0}), {others} of another class");
        Console.WriteLine(told);
        return furthest <= 1e-4f && others == 0 ? null : told;
    }
}
