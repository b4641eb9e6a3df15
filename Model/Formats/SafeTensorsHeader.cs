// The header of a safetensors file, checked before a byte of data is touched: known types, shapes that fit their
// bytes, tensors that follow each other without gap or overlap and end where the file ends. This is what makes the
// format safe to open.

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace NativeCnn.Model.Formats;

internal static class SafeTensorsHeader
{
    private static readonly Dictionary<string, SafeTensorType> TypeByName =
        Enum.GetValues<SafeTensorType>().ToDictionary(type => type.ToString(), StringComparer.Ordinal);

    private sealed record Entry(string Name, SafeTensorType Type, int[] Shape, int Begin, int End);

    public static SafeTensorsFile Read(JsonElement root, ReadOnlyMemory<byte> data, string file)
    {
        Require(root.ValueKind == JsonValueKind.Object, $"The header of '{file}' is {root.ValueKind}, not an object.");
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        List<Entry> entries = [];
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"))
            {
                metadata = ReadMetadata(property.Value, file);
            }
            else
            {
                string where = $"'{file}', tensor '{property.Name}'";
                entries.Add(ReadEntry(property.Name, property.Value, data.Length, where));
            }
        }

        CheckLayout(entries, data.Length, file);
        return new SafeTensorsFile(metadata, entries.ToDictionary(
            entry => entry.Name,
            entry => new SafeTensor(entry.Type, entry.Shape, data[entry.Begin..entry.End]),
            StringComparer.Ordinal));
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement element, string file)
    {
        const string rule = "must be an object of strings";
        JsonValueKind found = element.ValueKind;
        Require(found == JsonValueKind.Object, $"'{file}': __metadata__ {rule}; it is {found}.");
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            JsonValueKind kind = property.Value.ValueKind;
            Require(kind == JsonValueKind.String, $"'{file}': __metadata__ {rule}; '{property.Name}' is {kind}.");
            metadata.Add(property.Name, property.Value.GetString()!);
        }

        return metadata;
    }

    private static Entry ReadEntry(string name, JsonElement element, int dataSize, string where)
    {
        Require(element.ValueKind == JsonValueKind.Object, $"{where}: {element.ValueKind}, not an object.");
        string dtype = Field("dtype", JsonValueKind.String).GetString()!;
        bool known = TypeByName.TryGetValue(dtype, out SafeTensorType type);
        Require(known, $"{where}: dtype '{dtype}' is not read; {string.Join(", ", TypeByName.Keys)} are.");

        int[] shape = Numbers("shape");
        int[] offsets = Numbers("data_offsets");
        Require(offsets.Length == 2, $"{where}: data_offsets has {offsets.Length} numbers, not begin and end.");
        (int begin, int end) = (offsets[0], offsets[1]);
        bool within = begin <= end && end <= dataSize;
        Require(within, $"{where}: bytes {begin} to {end} are not within the {dataSize} of data.");

        long size = ElementCount.Of(shape) * type.SizeInBytes();
        Require(
            size == end - begin,
            $"{where}: {dtype} [{string.Join(", ", shape)}] takes {size} bytes, data_offsets give {end - begin}.");
        return new Entry(name, type, shape, begin, end);

        JsonElement Field(string field, JsonValueKind kind)
        {
            Require(element.TryGetProperty(field, out JsonElement value), $"{where}: no '{field}'.");
            Require(value.ValueKind == kind, $"{where}: '{field}' is {value.ValueKind}, not {kind}.");
            return value;
        }

        int[] Numbers(string field) => [.. Field(field, JsonValueKind.Array).EnumerateArray().Select(item =>
        {
            int number = -1;
            bool whole = item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out number) && number >= 0;
            Require(whole, $"{where}: '{field}' holds {item.GetRawText()}, no whole number from 0 to 2^31 - 1.");
            return number;
        })];
    }

    // In the order of their bytes, each tensor begins where the one before ended, and the last ends the file.
    private static void CheckLayout(List<Entry> entries, int dataSize, string file)
    {
        int end = 0;
        foreach (Entry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            Require(
                entry.Begin == end,
                $"'{file}', tensor '{entry.Name}': begins at byte {entry.Begin} where the one before ends at {end}; "
                + "tensors may neither overlap nor leave gaps.");
            end = entry.End;
        }

        Require(end == dataSize, $"'{file}': {dataSize} bytes of data, the tensors take {end}; the file is damaged.");
    }

    private static void Require([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            throw new SafeTensorsException(message);
        }
    }
}
