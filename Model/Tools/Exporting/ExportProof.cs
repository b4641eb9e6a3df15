// The proof of an export: what its files give for a few sounds, stage by stage, so that whoever has the folder alone
// can see that it gives the same. An export is made to be passed on, so that its sounds are made here, unless others
// are asked for.
using System.Globalization;
using NativeCnn.Model.Data;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Exporting.Onnx;

namespace NativeCnn.Tools.Exporting;

/// <summary>Writes the proof of an export.</summary>
public static class ExportProof
{
    /// <summary>Writes proof.safetensors into the folder of an export, or takes an older one away.</summary>
    /// <param name="format">The format's name.</param>
    /// <param name="request">What was exported.</param>
    /// <param name="exported">What was written.</param>
    /// <param name="choice">Of which sounds.</param>
    /// <returns>A line about it; none where none is wanted.</returns>
    /// <exception cref="ExportException">The run's clips are asked for, and it has no proof of its weights.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static IReadOnlyList<string> Write(
        string format, ExportRequest request, ExportedFiles exported, ProofChoice choice)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(exported);
        string path = Path.Combine(request.Folder, ModelProof.FileName);
        if (choice == ProofChoice.None)
        {
            File.Delete(path);
            return [];
        }

        TrainedModel model = request.Model;
        ModelProof proof = choice == ProofChoice.Clips
            ? OwnOf(request)
            : ModelProof.Of(model, ProofClips.Made(model.Config));
        proof = proof with
        {
            Setting = proof.Setting with
            {
                Export = format,
                Files = exported.Files.ToDictionary(file => file, file => FileOf(Path.Combine(request.Folder, file))),
                Config = ConfigOf(model.Config).ToJson(),
                WholeNumbers = exported.Logits is not null,
            },
        };
        (exported.Logits is { } logits ? OfLogits(proof, model, logits) : proof).Save(path);
        string sounds = choice == ProofChoice.Clips ? "of the run's validation clips" : "sounds that NativeCnn made";
        return [$"{ModelProof.FileName}: {proof.Count} {sounds}, with what the files give, for nativecnn verify"];
    }

    /// <summary>The hash of a file, and of its constants where it names them.</summary>
    internal static ProofFile FileOf(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return new ProofFile(HashOf(bytes))
        {
            Tensors = Path.GetExtension(path) == ".onnx"
                ? ModelProto.Parser.ParseFrom(bytes).Graph.Initializer
                    .ToDictionary(one => one.Name, one => HashOf(one.RawData.Span))
                : null,
        };
    }

    /// <summary>XxHash128 in hex.</summary>
    internal static string HashOf(ReadOnlySpan<byte> bytes) =>
        ContentHash.Of(bytes).ToString("x32", CultureInfo.InvariantCulture);

    private static ModelProof OwnOf(ExportRequest request)
    {
        string path = RunFolder.At(request.Run).ProofPath;
        try
        {
            if (File.Exists(path) && ModelProof.Load(path) is { } own && own.IsOf(request.Model))
            {
                return own;
            }
        }
        catch (SafeTensorsException error)
        {
            throw new ExportException($"{error.Message}: give --proof synthetic, or none", error);
        }

        throw new ExportException(
            $"the run '{request.Run}' has no proof of clips with these weights: give --proof synthetic, or none");
    }

    /// <summary>What a proof needs to know of a run, without where its data lies and how it was trained.</summary>
    private static RunConfig ConfigOf(RunConfig config) => new()
    {
        Version = config.Version,
        Labels = config.Labels,
        LabelSeparator = config.LabelSeparator,
        Features = config.Features,
        ClipSamples = config.ClipSamples,
        Model = config.Model,
        Training = new TrainingOptions
        {
            CropSeconds = config.Training.CropSeconds,
            TestCrops = config.Training.TestCrops,
        },
        Device = config.Device,
        FeaturePrecision = config.FeaturePrecision,
    };

    private static ModelProof OfLogits(ModelProof proof, TrainedModel model, Func<float[], float[]> logitsOf)
    {
        float[][] logits =
            [.. proof.Normalized.AsFloat32().ToArray().Chunk(proof.Normalized.Count / proof.Count).Select(logitsOf)];
        return proof with
        {
            Logits = SafeTensor.From<float>([.. logits.SelectMany(one => one)], proof.Logits.Shape),
            Probabilities = SafeTensor.From<float>(
                [.. logits.SelectMany(one => ProbabilitiesOf(one, model.Thresholds is not null))], proof.Logits.Shape),
        };
    }

    private static float[] ProbabilitiesOf(float[] logits, bool ofEach)
    {
        if (ofEach)
        {
            return Array.ConvertAll(logits, MultiLabelScores.ProbabilityOf);
        }

        double largest = logits.Max();
        double sum = logits.Sum(one => Math.Exp(one - largest));
        return Array.ConvertAll(logits, one => (float)(Math.Exp(one - largest) / sum));
    }
}
