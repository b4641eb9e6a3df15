using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace NativeCnn.Tests.Model.Explorers;

/// <summary>The numbers of a page, read back from its text as its script reads them.</summary>
internal sealed partial class PageNumbers
{
    private readonly Dictionary<string, (int Start, int[][] Axes)> places = [];
    private readonly float[][] parameters;
    private readonly float[][] signals;

    public PageNumbers(string html)
    {
        Parts = Part().Matches(html)
            .ToDictionary(one => one.Groups["id"].Value, one => one.Groups["text"].Value.Trim());
        Network = JsonDocument.Parse(Parts["network"]).RootElement;
        Steps =
        [
            .. Network.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("number").GetInt32()),
        ];
        parameters = Unpack(Parts["parameters"], 2 * Steps.Length);
        signals = Unpack(Parts["signals"], Steps.Length);
        Input = Unpack(Parts["input"], 1)[0];
        Add("parameters");
        Add("signals");
    }

    /// <summary>The page's data by the id of their elements.</summary>
    public IReadOnlyDictionary<string, string> Parts { get; }

    public JsonElement Network { get; }

    /// <summary>The numbers of the steps.</summary>
    public int[] Steps { get; }

    public float[] Input { get; }

    public IEnumerable<string> ParameterNames => Names("parameters");

    public IEnumerable<string> SignalNames => Names("signals");

    /// <summary>The kept elements of a tensor, those of a parameter before or after the step.</summary>
    public float[] Of(string name, int step, bool after = false)
    {
        (int start, int[][] axes) = places[name];
        float[] row = ParameterNames.Contains(name) ? parameters[(2 * step) + (after ? 1 : 0)] : signals[step];
        return row[start..(start + axes.Aggregate(1, (count, axis) => count * axis.Length))];
    }

    /// <summary>The places kept of each axis of a tensor.</summary>
    public int[][] AxesOf(string name) => places[name].Axes;

    private IEnumerable<string> Names(string kind) =>
        Network.GetProperty(kind).EnumerateArray().Select(one => one.GetProperty("name").GetString()!);

    private void Add(string kind)
    {
        int start = 0;
        foreach (JsonElement one in Network.GetProperty(kind).EnumerateArray())
        {
            int[][] axes =
            [
                .. one.GetProperty("axes").EnumerateArray().Select(axis => (int[])
                [
                    .. axis.EnumerateArray().Select(number => number.GetInt32()).Chunk(2)
                        .SelectMany(pair => Enumerable.Range(pair[0], pair[1])),
                ]),
            ];
            places.Add(one.GetProperty("name").GetString()!, (start, axes));
            start += axes.Aggregate(1, (count, axis) => count * axis.Length);
        }
    }

    private static float[][] Unpack(string text, int rows)
    {
        using var planes = new MemoryStream();
        using (var deflate = new DeflateStream(
            new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress))
        {
            deflate.CopyTo(planes);
        }

        byte[] bytes = planes.ToArray();
        int count = bytes.Length / sizeof(int);
        int[] bits = new int[count];
        for (int i = 0; i < count; i++)
        {
            bits[i] = bytes[i] | (bytes[count + i] << 8) | (bytes[(2 * count) + i] << 16) |
                (bytes[(3 * count) + i] << 24);
            bits[i] ^= i >= count / rows ? bits[i - (count / rows)] : 0;
        }

        return [.. MemoryMarshal.Cast<int, float>(bits).ToArray().Chunk(count / rows)];
    }

    [GeneratedRegex("<script type=\"[a-z/]+\" id=\"(?<id>[a-z]+)\">(?<text>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Part();
}
