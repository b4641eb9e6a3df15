// The two files of ONNX, computed by OnnxProgram: features and logits from the sound by model.onnx, logits from the
// proof's features by network.onnx.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Proofs;
using NativeCnn.Tools.Exporting;
using NativeCnn.Tools.Exporting.Onnx;
using NativeCnn.Tools.Exporting.Onnx.Running;

namespace NativeCnn.Tools.Verifying;

/// <summary>Computes an export of the format <c>onnx</c>.</summary>
internal sealed class OnnxCheck : IExportCheck
{
    /// <inheritdoc/>
    public string Format => "onnx";

    /// <inheritdoc/>
    public string WhereOf(ExportFolder folder) => "the host, by ONNX's operators";

    /// <inheritdoc/>
    public IEnumerable<ProofStage> Check(ExportFolder folder)
    {
        ModelProof proof = folder.Proof;
        var model = OnnxProgram.Load(folder.At(OnnxFormat.ModelFile));
        var network = OnnxProgram.Load(folder.At(OnnxFormat.NetworkFile));
        string features = model.Metadata.GetValueOrDefault(OnnxMetadata.FeaturesValueKey)
            ?? throw new OnnxException(
                $"{OnnxFormat.ModelFile} does not say by '{OnnxMetadata.FeaturesValueKey}' which value its features " +
                "are");
        Dictionary<string, OnnxValue> found = model.Run(
            OnnxValue.Of(proof.Waveform.Shape, proof.Waveform.AsFloat32().ToArray()),
            features, "logits", "probabilities");
        yield return Compare("features", proof.Features, found[features], folder.Tolerances.Features);
        foreach (ProofStage stage in Changed(folder, network, OnnxFormat.NetworkFile)
            .Concat(Changed(folder, model, OnnxFormat.ModelFile)))
        {
            yield return stage;
        }

        yield return ProofCheck.Compare(
            $"{OnnxFormat.NetworkFile}: logits", proof.Logits, LogitsOf(network, folder), folder.Tolerances.Network);

        // From the sound on, an error of the features is one of the logits too.
        yield return Compare(
            $"{OnnxFormat.ModelFile}: logits", proof.Logits, found["logits"], folder.Tolerances.Probabilities);
        yield return Compare(
            $"{OnnxFormat.ModelFile}: probabilities", proof.Probabilities, found["probabilities"],
            folder.Tolerances.Probabilities);
    }

    private static float[] LogitsOf(OnnxProgram network, ExportFolder folder)
    {
        float[][] stretches = folder.StretchesOf(folder.Proof.Features.AsFloat32());
        Shape input = folder.Config.Input;
        OnnxValue logits = network.Run(
            OnnxValue.Of([stretches.Length, input[0], input[1]], [.. stretches.SelectMany(one => one)]),
            "logits")["logits"];
        return folder.MeanOfStretches(Expect("logits", [stretches.Length, folder.Config.Labels.Count], logits));
    }

    /// <summary>A stage for each constant of a file that is another: the node that reads it first.</summary>
    private static IEnumerable<ProofStage> Changed(ExportFolder folder, OnnxProgram program, string file)
    {
        IReadOnlyDictionary<string, string>? proved = folder.Proof.Setting.Files?.GetValueOrDefault(file)?.Tensors;
        return program.Constants
            .Where(one => proved is not null
                && proved.GetValueOrDefault(one.Name) != ExportProof.HashOf(one.RawData.Span))
            .Select(one => ProofStage.Parting(
                $"{file}: {program.ReaderOf(one.Name) ?? one.Name}", ProofCheck.ChangedWhy(one.Name)));
    }

    private static ProofStage Compare(
        string name, NativeCnn.Model.Formats.SafeTensor expected, OnnxValue got, double tolerance) =>
        ProofCheck.Compare(name, expected, Expect(name, expected.Shape, got), tolerance);

    private static float[] Expect(string name, int[] shape, OnnxValue got) => got.Shape.AsSpan().SequenceEqual(shape)
        ? got.Floats
        : throw new OnnxException(
            $"{name} are [{string.Join(", ", got.Shape)}], where [{string.Join(", ", shape)}] were expected");
}
