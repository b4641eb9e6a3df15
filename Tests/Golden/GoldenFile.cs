// One reference case: tensors and settings out of a safetensors file (8 bytes of header length, a JSON header that
// gives each tensor's type, shape and place, then the numbers). The tests' own reader, apart from the product's.

using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace NativeCnn.Tests.Golden;

/// <summary>A golden file, read whole.</summary>
public sealed class GoldenFile
{
    private readonly byte[] bytes;
    private readonly int dataStart;
    private readonly Dictionary<string, JsonElement> entries = [];

    public GoldenFile(string path)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        bytes = File.ReadAllBytes(path);
        int headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        dataStart = sizeof(ulong) + headerLength;

        using var header = JsonDocument.Parse(bytes.AsMemory(sizeof(ulong), headerLength));
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            entries[entry.Name] = entry.Value.Clone();
        }

        JsonElement metadata = entries["__metadata__"];
        entries.Remove("__metadata__");
        Producer = metadata.TryGetProperty("producer", out JsonElement producer) ? producer.GetString()! : "";
        using var config = JsonDocument.Parse(
            metadata.TryGetProperty("config", out JsonElement text) ? text.GetString()! : "{}");
        Config = config.RootElement.Clone();
    }

    /// <summary>File name without its extension, such as `mfcc-librosa-default`.</summary>
    public string Name { get; }

    /// <summary>The reference and its version.</summary>
    public string Producer { get; }

    /// <summary>The settings, as the reference names them.</summary>
    public JsonElement Config { get; }

    /// <summary>Names of the tensors.</summary>
    public IEnumerable<string> Names => entries.Keys;

    public bool Has(string tensor) => entries.ContainsKey(tensor);

    /// <summary>A tensor of F32, or of F64 narrowed to it.</summary>
    public GoldenTensor<float> Floats(string tensor) => Read<float>(tensor, (type, value) => type switch
    {
        "F32" => BinaryPrimitives.ReadSingleLittleEndian(value),
        "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(value),
        _ => throw Unexpected(tensor, type, "F32 or F64"),
    });

    /// <summary>A tensor of I64, I32, U8 or BOOL.</summary>
    public GoldenTensor<long> Integers(string tensor) => Read<long>(tensor, (type, value) => type switch
    {
        "I64" => BinaryPrimitives.ReadInt64LittleEndian(value),
        "I32" => BinaryPrimitives.ReadInt32LittleEndian(value),
        "U8" or "BOOL" => value[0],
        _ => throw Unexpected(tensor, type, "I64, I32, U8 or BOOL"),
    });

    private delegate T Reader<T>(string type, ReadOnlySpan<byte> value);

    private GoldenTensor<T> Read<T>(string tensor, Reader<T> read)
    {
        if (!entries.TryGetValue(tensor, out JsonElement entry))
        {
            throw new KeyNotFoundException($"{Name} has no tensor `{tensor}`; it has {string.Join(", ", Names)}.");
        }

        string type = entry.GetProperty("dtype").GetString()!;
        int[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        int begin = entry.GetProperty("data_offsets")[0].GetInt32();
        int end = entry.GetProperty("data_offsets")[1].GetInt32();

        var values = new T[shape.Aggregate(1, (product, size) => product * size)];
        int width = values.Length == 0 ? 0 : (end - begin) / values.Length;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read(type, bytes.AsSpan(dataStart + begin + (i * width), width));
        }

        return new GoldenTensor<T>(tensor, shape, values);
    }

    private InvalidDataException Unexpected(string tensor, string type, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Name}: `{tensor}` is {type}, {expected} was expected."));
}
