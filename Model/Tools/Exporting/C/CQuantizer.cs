// From floats to whole numbers: ranges by the largest value on calibration clips, and what is lost, measured on others
// by the same arithmetic that the C does.
using System.Globalization;
using NativeCnn.Model.Exports;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>Quantises a network, with as many bits between layers as it needs.</summary>
internal sealed class CQuantizer
{
    // What 8 bits may lose before 16 take their place: half a point of accuracy, and the class of one clip in 100.
    private const double MostLost = 0.005;
    private const double LeastSame = 0.99;

    private readonly CalibrationSet clips;
    private readonly IReadOnlyList<int> crops;
    private readonly CNetwork floats;
    private readonly int[] classes;

    private CQuantizer(CNetwork floats, CalibrationSet clips, IReadOnlyList<int>? crops)
    {
        this.floats = floats;
        this.clips = clips;
        this.crops = crops ?? [0];
        classes = ClassesOf(floats);
    }

    /// <summary>The network in whole numbers, and what was used and found.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="clips">The clips.</param>
    /// <param name="crops">The frames at which the stretches begin that it is given; null for whole clips.</param>
    public static (CNetwork Network, IReadOnlyList<string> Notes) Quantize(
        ExportGraph graph, CalibrationSet clips, IReadOnlyList<int>? crops)
    {
        CNetwork floats = CLowering.Of(graph);
        var quantizer = new CQuantizer(floats, clips, crops);
        (IReadOnlyDictionary<string, float> ranges, IReadOnlyDictionary<string, float[]> means) = quantizer.Survey();
        List<string> notes = [$"ranges from {clips.Calibration.Count} {clips.About.Calibration}"];
        CNetwork narrow = CLowering.Of(graph, ranges, wide: false, means);
        Figures eight = quantizer.Measure(narrow);
        bool isEnough = eight.Accuracy >= eight.OfFloats - MostLost && eight.Same >= LeastSame;
        notes.Add(quantizer.Line("int8", eight));
        if (isEnough)
        {
            return (narrow, [.. notes, .. InFloats(narrow)]);
        }

        CNetwork wide = CLowering.Of(graph, ranges, wide: true, means);
        notes.Add(quantizer.Line("int16 between layers, which is taken, weights int8", quantizer.Measure(wide)));
        return (wide, [.. notes, .. InFloats(wide)]);
    }

    private static IEnumerable<string> InFloats(CNetwork network) => network.InFloats.Count == 0
        ? []
        : [$"computed in floats between whole numbers: {string.Join(", ", network.InFloats)}"];

    /// <summary>How large each value becomes, by name, and what each of its channels is on average.</summary>
    private (Dictionary<string, float> Ranges, Dictionary<string, float[]> Means) Survey()
    {
        CValue[] values = [.. floats.Steps.Select(step => step.Output).Append(floats.Input).Distinct()];
        var found = new (float[] Largest, float[][] Means)[clips.Calibration.Count];
        Parallel.For(0, found.Length, clip =>
        {
            float[] largest = new float[values.Length];
            float[][] means = [.. values.Select(value => new float[value.Channels])];
            foreach (int start in crops)
            {
                CRun run = floats.Run(StretchOf(clips.Calibration[clip], start));
                for (int v = 0; v < values.Length; v++)
                {
                    float[] numbers = run[values[v]];
                    largest[v] = Math.Max(largest[v], numbers.Max(MathF.Abs));
                    for (int i = 0; i < numbers.Length; i++)
                    {
                        means[v][i % values[v].Channels] += numbers[i] / (values[v].Time * crops.Count);
                    }
                }
            }

            found[clip] = (largest, means);
        });

        // In the order of the clips, so that the sums are the same whatever was done at the same time.
        return (
            values.Select((value, v) => (value.Name, Largest: found.Max(one => one.Largest[v])))
                .ToDictionary(one => one.Name, one => one.Largest),
            values.Select((value, v) => (value.Name, Means: Enumerable.Range(0, value.Channels)
                .Select(c => (float)found.Average(one => (double)one.Means[v][c])).ToArray()))
                .ToDictionary(one => one.Name, one => one.Means));
    }

    private Figures Measure(CNetwork network)
    {
        int[] found = ClassesOf(network);
        int count = found.Length;
        return new Figures(
            (double)clips.Check.Where((clip, i) => clip.Label == classes[i]).Count() / count,
            (double)clips.Check.Where((clip, i) => clip.Label == found[i]).Count() / count,
            (double)found.Where((one, i) => one == classes[i]).Count() / count);
    }

    private int[] ClassesOf(CNetwork network)
    {
        int[] found = new int[clips.Check.Count];
        Parallel.For(0, found.Length, i =>
        {
            float[] sum = new float[network.Output.Length];
            foreach (int start in crops)
            {
                float[] logits = network.Logits(StretchOf(clips.Check[i].Features, start));
                for (int c = 0; c < sum.Length; c++)
                {
                    sum[c] += logits[c];
                }
            }

            found[i] = Array.IndexOf(sum, sum.Max());
        });
        return found;
    }

    private ReadOnlySpan<float> StretchOf(float[] features, int start) =>
        features.AsSpan(start * floats.Input.Channels, floats.Input.Length);

    private string Line(string what, Figures figures) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {100 * figures.Accuracy:0.0} % right of {clips.Check.Count} {clips.About.Check} (floats: "
        + $"{100 * figures.OfFloats:0.0} %), the same class as floats on {100 * figures.Same:0.0} %");

    private sealed record Figures(double OfFloats, double Accuracy, double Same);
}
