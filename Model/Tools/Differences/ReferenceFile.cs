// What another system computed: the last stage alone (.npy), or every stage by name with the signal and the options
// (.safetensors, as Tests/Golden has them).
using System.Text.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.Formats;

namespace NativeCnn.Tools.Differences;

/// <summary>A reference that our chain is compared with.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Matrices">Its stages, in the order of the chain.</param>
/// <param name="Signal">The samples it was computed of, from -1 to 1, where it holds them.</param>
/// <param name="Chain">Its options, where it names them and they are known here.</param>
/// <param name="Note">What could not be read of it, or null.</param>
public sealed record ReferenceFile(
    IReadOnlyList<ReferenceMatrix> Matrices, float[]? Signal, ReferenceChain? Chain, string? Note)
{
    /// <summary>The whole features, deltas among them: what a file that names no stages holds.</summary>
    public const string Features = "features";

    private static readonly (string Stage, string[] Names)[] Known =
    [
        ("power_spectrogram", ["power_spectrogram", "spectrogram", "power"]),
        ("mel", ["mel", "mel_spectrogram"]),
        ("log_mel", ["log_mel", "logmel", "fbank"]),
        ("log_spectrum", ["log_spectrum"]),
        ("wavelet", ["wavelet"]),
        ("mfcc", ["mfcc"]),
        ("delta", ["delta"]),
        ("delta2", ["delta2", "delta_delta"]),
        (Features, [Features]),
    ];

    /// <summary>Reads a .npy or .safetensors file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FeatureOptionsException">It holds nothing that features could be compared with.</exception>
    /// <exception cref="NpyFormatException">It is a damaged .npy file.</exception>
    /// <exception cref="SafeTensorsException">It is a damaged .safetensors file.</exception>
    public static ReferenceFile Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new FeatureOptionsException($"there is no reference '{path}'; check the path");
        }

        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".npy" => OfArray(path),
            ".safetensors" => OfTensors(path),
            _ => throw new FeatureOptionsException(
                $"the reference '{path}' has no known ending; give a .npy (np.save) or .safetensors file"),
        };
    }

    private static ReferenceFile OfArray(string path)
    {
        NpyArray<float> array = NpyFile.ReadAsFloat32(path);
        ReferenceMatrix matrix = MatrixOf(Features, array.Shape, array.Values)
            ?? throw new FeatureOptionsException(
                $"the reference '{path}' has the shape ({string.Join(", ", array.Shape)}); a matrix of rows and " +
                "frames is expected");
        return new ReferenceFile([matrix], null, null, null);
    }

    private static ReferenceFile OfTensors(string path)
    {
        SafeTensorsFile file = SafeTensors.Read(path);
        List<ReferenceMatrix> matrices = [];
        foreach ((string stage, string[] names) in Known)
        {
            if (names.FirstOrDefault(file.Tensors.ContainsKey) is { } name &&
                MatrixOf(stage, file[name].Shape, FloatsOf(file[name], name)) is { } matrix)
            {
                matrices.Add(matrix);
            }
        }

        if (matrices.Count == 0)
        {
            throw new FeatureOptionsException(
                $"the reference '{path}' has no stage that is known here; name its tensors " +
                $"{string.Join(", ", Known.Select(known => known.Stage))}");
        }

        float[]? signal = file.Tensors.TryGetValue("signal", out SafeTensor? samples) ? FloatsOf(samples, "signal")
            : file.Tensors.TryGetValue("signal_int16_scale", out samples)
                ? Array.ConvertAll(FloatsOf(samples, "signal_int16_scale"), value => value / 32768)
            : null;
        (ReferenceChain? chain, string? note) = ChainOf(file.Metadata);
        return new ReferenceFile(matrices, signal, chain, note);
    }

    private static (ReferenceChain? Chain, string? Note) ChainOf(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("config", out string? config))
        {
            return (null, null);
        }

        try
        {
            using var document = JsonDocument.Parse(config);
            return (ReferenceOptions.Read(document.RootElement, metadata.GetValueOrDefault("producer", "")), null);
        }
        catch (Exception error) when (error is JsonException or FeatureOptionsException)
        {
            return (null, $"the reference names its options, which are not used: {error.Message}");
        }
    }

    /// <summary>Two extents; others may be 1. A clip of one row, or one frame, is a matrix too.</summary>
    private static ReferenceMatrix? MatrixOf(string stage, int[] shape, float[] values)
    {
        int[] extents = shape.Length <= 2 ? shape : [.. shape[..^2].Where(extent => extent != 1), .. shape[^2..]];
        return extents switch
        {
            [int rows, int columns] when values.Length > 0 => new ReferenceMatrix(stage, rows, columns, values),
            [int columns] when values.Length > 0 => new ReferenceMatrix(stage, 1, columns, values),
            _ => null,
        };
    }

    private static float[] FloatsOf(SafeTensor tensor, string name) => tensor.Type switch
    {
        SafeTensorType.F32 => tensor.AsFloat32().ToArray(),
        SafeTensorType.F64 => Array.ConvertAll(tensor.AsFloat64().ToArray(), value => (float)value),
        _ => throw new SafeTensorsException($"The tensor '{name}' is {tensor.Type}; F32 or F64 is expected."),
    };
}
