// Reads and writes safetensors, the format weights are exchanged in: what is written here opens in PyTorch, and the
// reverse.
//   8 bytes      N, the size of the header, unsigned, little-endian
//   N bytes      JSON: {"__metadata__": {string: string}, name: {"dtype": "F32", "shape": [..], "data_offsets":
// [begin, end]}}
//   the rest     the tensors, row-major, little-endian, without gaps; offsets count from the end of the header
// The header ends in spaces so that the data begins at a multiple of 8. Format: github.com/huggingface/safetensors.

using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Formats;

/// <summary>Reads and writes safetensors files.</summary>
public static class SafeTensors
{
    /// <summary>The largest header that is read, in bytes: the limit of the reference implementation.</summary>
    public const int MaximumHeaderSize = 100_000_000;

    private const int LengthSize = sizeof(ulong);
    private const string MetadataName = "__metadata__";

    private static readonly JsonDocumentOptions HeaderOptions = new()
    {
        MaxDepth = 8,
        AllowDuplicateProperties = false,
    };

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a file of up to 2 GiB.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its tensors and metadata.</returns>
    /// <exception cref="SafeTensorsException">The file is no safetensors file, or a damaged one.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static SafeTensorsFile Read(string path)
    {
        long size = new FileInfo(path).Length;
        return size <= Array.MaxLength
            ? Parse(RegularFile.ReadAllBytes(path), path)
            : throw new SafeTensorsException($"'{path}' has {size} bytes; up to {Array.MaxLength} are read.");
    }

    /// <summary>Reads a file that is in memory already. The tensors are views into it.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <returns>Its tensors and metadata.</returns>
    /// <exception cref="SafeTensorsException">The bytes are no safetensors file, or a damaged one.</exception>
    public static SafeTensorsFile Parse(ReadOnlyMemory<byte> file, string name)
    {
        if (file.Length < LengthSize)
        {
            throw new SafeTensorsException($"'{name}' has {file.Length} bytes: too short for a safetensors file.");
        }

        ulong headerSize = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (headerSize > MaximumHeaderSize || headerSize > (ulong)(file.Length - LengthSize))
        {
            throw new SafeTensorsException(
                $"'{name}' claims a header of {headerSize} bytes in a file of {file.Length}: "
                + "no safetensors file, or cut short.");
        }

        ReadOnlyMemory<byte> header = file.Slice(LengthSize, (int)headerSize);
        ReadOnlyMemory<byte> data = file[(LengthSize + (int)headerSize)..];
        try
        {
            using JsonDocument document = JsonDocument.Parse(header, HeaderOptions);
            return SafeTensorsHeader.Read(document.RootElement, data, name);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no Unicode text, such as half of a surrogate pair.
            throw new SafeTensorsException($"The header of '{name}' is not valid JSON: {error.Message}", error);
        }
    }

    /// <summary>
    /// Writes a file, whole or not at all (<see cref="AtomicFile"/>). Tensors are laid out by element size, largest
    /// first, then by name in ordinal order, so that each is aligned and the same input gives the same bytes.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">The tensors, by name.</param>
    /// <param name="metadata">Free text, by name; null for none.</param>
    /// <exception cref="ArgumentException">A tensor is named <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The folder is missing, or cannot be written to.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, SafeTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes to a stream, in the same order.</summary>
    /// <param name="stream">Where to write; it is left open.</param>
    /// <param name="tensors">The tensors, by name.</param>
    /// <param name="metadata">Free text, by name; null for none.</param>
    /// <exception cref="ArgumentException">A tensor is named <c>__metadata__</c>.</exception>
    public static void Write(
        Stream stream,
        IReadOnlyDictionary<string, SafeTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.ContainsKey(MetadataName))
        {
            throw new ArgumentException(
                $"'{MetadataName}' is the metadata's name; name the tensor otherwise.", nameof(tensors));
        }

        KeyValuePair<string, SafeTensor>[] ordered = tensors
            .OrderByDescending(tensor => tensor.Value.Type.SizeInBytes())
            .ThenBy(tensor => tensor.Key, StringComparer.Ordinal)
            .ToArray();
        byte[] header = WriteHeader(ordered, metadata);
        Span<byte> length = stackalloc byte[LengthSize];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, SafeTensor tensor) in ordered)
        {
            stream.Write(tensor.Bytes.Span);
        }
    }

    private static byte[] WriteHeader(
        KeyValuePair<string, SafeTensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header, WriterOptions))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataName);
                foreach ((string name, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            long begin = 0;
            foreach ((string name, SafeTensor tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Type.ToString());
                WriteNumbers(json, "shape", [.. tensor.Shape]);
                WriteNumbers(json, "data_offsets", [begin, begin + tensor.Bytes.Length]);
                json.WriteEndObject();
                begin += tensor.Bytes.Length;
            }

            json.WriteEndObject();
        }

        while (header.Length % LengthSize != 0)
        {
            header.WriteByte((byte)' ');
        }

        return header.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
