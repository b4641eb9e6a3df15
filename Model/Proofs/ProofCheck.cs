// A run computed again and compared with its proof. Each stage is given what the proof has before it, so that an error
// is told where it arises and nowhere else; the probabilities come from the waveform all the way, as in `predict`.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Proofs;

/// <summary>Compares a run with its proof.</summary>
public static class ProofCheck
{
    /// <summary>Computes a run's proof again.</summary>
    /// <param name="device">Where.</param>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="RunException">It is no run, has no proof, or one of them is damaged.</exception>
    public static ProofResult Of(ComputeDevice device, string folder)
    {
        ArgumentNullException.ThrowIfNull(device);
        ModelProof proof = ProofOf(folder);
        TrainedModel model = TrainedModel.Load(device, folder);
        return new ProofResult(
            folder, device.Info.Selector, proof.Setting,
            Stages(model, host => TrainedModel.Load(host, folder, fused: false), proof));
    }

    /// <summary>Computes a model's proof again, stage by stage.</summary>
    /// <param name="model">The model, on the device that shall give what the proof has.</param>
    /// <param name="onHost">The same model on another device, each layer by itself.</param>
    /// <param name="proof">The proof.</param>
    internal static IReadOnlyList<ProofStage> Stages(
        TrainedModel model, Func<ComputeDevice, TrainedModel> onHost, ModelProof proof) =>
        ForeignTo(model.Config, proof) is { } foreign ? [foreign] : [.. Compared(model, onHost, proof)];

    /// <summary>What a proof has of another shape or rate than a run; null where all fits.</summary>
    internal static ProofStage? ForeignTo(RunConfig config, ModelProof proof)
    {
        ClipFormat format = config.Format;
        return Foreign("samples", [proof.Count, format.ClipSamples], proof.Waveform) is { } samples
            ? ProofStage.Parting("waveform", samples)
            : proof.Setting.SampleRate != format.Features.SampleRate
            ? ProofStage.Parting(
                "waveform",
                $"the run is of {format.Features.SampleRate} Hz, the proof of {proof.Setting.SampleRate} Hz")
            : Foreign("features", [proof.Count, format.Channels, format.Frames], proof.Features) is { } features
            ? ProofStage.Parting("features", features)
            : Foreign("logits", [proof.Count, config.Labels.Count], proof.Logits) is { } logits
            ? ProofStage.Parting("logits", logits)
            : null;
    }

    private static ModelProof ProofOf(string folder)
    {
        RunFolder run = RunFolder.At(folder);
        bool hasProof = File.Exists(run.ProofPath);
        if (hasProof && !File.Exists(run.ModelPath) && !File.Exists(run.ConfigPath))
        {
            throw new RunException(
                $"'{folder}' has a proof and no run: it was exported for another program, which has to give what " +
                $"{ModelProof.FileName} has; verify the run that it was made of");
        }

        RunFolder.Open(folder);
        if (!hasProof)
        {
            throw new RunException(
                $"the run '{folder}' has no {ModelProof.FileName}: its training did not come to its end, or was one " +
                "of an earlier version; train it again, or to its end with --resume");
        }

        try
        {
            var proof = ModelProof.Load(run.ProofPath);
            return proof.Setting.Export is null
                ? proof
                : throw new RunException(
                    $"'{folder}' is no run but an export of the format {proof.Setting.Export}, which " +
                    "`nativecnn verify` computes");
        }
        catch (Exception error) when (error is SafeTensorsException or IOException or UnauthorizedAccessException)
        {
            throw new RunException($"the proof of '{folder}' cannot be used: {error.Message}", error);
        }
    }

    private static string? Foreign(string what, int[] expected, SafeTensor proof) =>
        proof.Shape.AsSpan().SequenceEqual(expected)
            ? null
            : $"the run has {what} [{string.Join(", ", expected)}], the proof [{string.Join(", ", proof.Shape)}]";

    private static IEnumerable<ProofStage> Compared(
        TrainedModel model, Func<ComputeDevice, TrainedModel> onHost, ModelProof proof)
    {
        var again = new Recomputation(model, proof);
        var tolerances = ProofTolerances.Of(
            proof.Setting, model.Network.Device.Precision, model.Config.FeaturePrecision);
        IReadOnlyList<string> changed = proof.ChangedTensors(model);
        if (proof.Sound is { } sound)
        {
            int clip = proof.Setting.SoundClip!.Value;
            int samples = model.Config.ClipSamples;
            yield return ProofStage.Compare(
                "waveform", [1, samples], proof.Waveform.AsFloat32().Slice(clip * samples, samples),
                again.WaveformOf(sound), tolerances.Waveform);
        }

        yield return Compare("features", proof.Features, again.Features(), tolerances.Features);
        yield return Named(
            Compare("normalized", proof.Normalized, again.Normalized(), tolerances.Normalized),
            changed.FirstOrDefault(IsOfNormalization));
        ProofStage logits = Compare("logits", proof.Logits, again.Logits(), tolerances.Network);
        string[] ofLayers = [.. changed.Where(name => !IsOfNormalization(name) && name != TrainedModel.ThresholdsName)];
        if (!logits.Holds || ofLayers.Length > 0)
        {
            IReadOnlyList<ProofStage> layers = LayerComparison.Of(
                model, onHost, proof, ofLayers, tolerances.Network);
            foreach (ProofStage layer in layers)
            {
                yield return layer;
            }

            logits = logits.Holds || layers.Any(layer => !layer.Holds) ? logits : logits with
            {
                Why = "each layer gives what it gives on cpu: the network of config.json is another, or the program " +
                    "computes otherwise than the one that made the proof",
            };
        }

        yield return logits;
        yield return Named(
            Compare("probabilities", proof.Probabilities, again.Probabilities(), tolerances.Probabilities),
            changed.FirstOrDefault(name => name == TrainedModel.ThresholdsName));
    }

    /// <summary>Compares a stage with what a proof has.</summary>
    internal static ProofStage Compare(string name, SafeTensor expected, float[] got, double tolerance) =>
        ProofStage.Compare(name, expected.Shape, expected.AsFloat32(), got, tolerance);

    private static ProofStage Named(ProofStage stage, string? changed) =>
        changed is null ? stage : stage with { Why = ChangedWhy(changed) };

    /// <summary>What is told of a tensor of the model that is another.</summary>
    internal static string ChangedWhy(string tensor) => $"{tensor} is not that of the proof";

    private static bool IsOfNormalization(string tensor) =>
        tensor.StartsWith(TrainedModel.NormalizationPrefix, StringComparison.Ordinal);

    /// <summary>The stages of all clips on the model's device, each from what the proof has before it.</summary>
    private sealed class Recomputation(TrainedModel model, ModelProof proof)
    {
        private readonly ClipPass pass = new(model);

        public float[] WaveformOf(SafeTensor sound)
        {
            pass.Hear(ClipOf(sound.AsFloat32(), proof.Setting.SoundRate!.Value), "the proof's sound");
            return pass.Waveform.ToArray();
        }

        public float[] Features() => OfEach(clip =>
        {
            Hear(clip);
            return pass.Features.ToArray();
        });

        public float[] Normalized() => OfEach(clip =>
        {
            pass.Features.CopyFrom(RowOf(proof.Features, clip));
            pass.Normalize();
            return pass.Normalized.ToArray();
        });

        public float[] Logits() => OfEach(clip =>
        {
            pass.Normalized.CopyFrom(RowOf(proof.Normalized, clip));
            return pass.Run().ToArray();
        });

        public float[] Probabilities() => OfEach(clip =>
        {
            Hear(clip);
            pass.Normalize();
            return pass.ProbabilitiesOf(pass.Run());
        });

        private void Hear(int clip) => pass.Hear(
            ClipOf(RowOf(proof.Waveform, clip), proof.Setting.SampleRate), proof.Setting.Clips[clip]);

        private float[] OfEach(Func<int, float[]> compute) =>
            [.. Enumerable.Range(0, proof.Count).SelectMany(compute)];

        private static AudioClip ClipOf(ReadOnlySpan<float> samples, int rate) =>
            new(samples.ToArray(), rate, 1, 32, AudioEncoding.IeeeFloat);
    }

    /// <summary>What a proof has of one clip.</summary>
    internal static ReadOnlySpan<float> RowOf(SafeTensor tensor, int clip)
    {
        int length = tensor.Count / tensor.Shape[0];
        return tensor.AsFloat32().Slice(clip * length, length);
    }
}
