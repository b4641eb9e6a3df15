// From floats to whole numbers: ranges, rounding and widths from calibration clips, and what is lost, measured on
// others by the same arithmetic that the C does. Where logits are off by more than 1.5 % of their spread, the few
// values whose 8 bits cost most have 16; where that does not do, all have.
using System.Globalization;
using NativeCnn.Model.Exports;
using NativeCnn.Tools.Exporting.C.Quantisation;
using NativeCnn.Tools.Exporting.C.Steps;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>Quantises a network, with as many bits between layers as it needs.</summary>
internal sealed class CQuantizer
{
    // What 8 bits may lose before 16 take their place: half a point of accuracy, and the class of one clip in 100.
    private const double MostLost = 0.005;
    private const double LeastSame = 0.99;

    // How many clips are computed side by side, and at how many places of each what filters read is looked at.
    private const int ClipsAtOnce = 16;
    private const int MostPlaces = 64;

    // How far logits may be off before values that cost most get 16 bits, and on how many clips that is looked at.
    private const double MostError = 0.015;
    private const int ClipsForError = 64;

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
    /// <param name="mostError">
    /// What part of their spread logits may be off by, before the values that cost most get 16 bits.
    /// </param>
    public static (CNetwork Network, IReadOnlyList<string> Notes) Quantize(
        ExportGraph graph, CalibrationSet clips, IReadOnlyList<int>? crops, double mostError = MostError)
    {
        CNetwork floats = CLowering.Of(graph);
        var quantizer = new CQuantizer(floats, clips, crops);
        (Dictionary<string, ValueHistogram> sizes, Dictionary<string, FilterInputs> inputs) = quantizer.Survey();
        CNetwork With(Func<string, bool> isWide) =>
            CLowering.Of(graph, (name, most) => sizes[name].RangeFor(most), isWide, inputs);
        List<string> notes = [$"ranges from {clips.Calibration.Count} {clips.About.Calibration}"];
        List<string> wide = quantizer.WideOnes(With, mostError);
        CNetwork mixed = With(wide.Contains);
        Figures eight = quantizer.Measure(mixed);
        bool isEnough = eight.Accuracy >= eight.OfFloats - MostLost && eight.Same >= LeastSame;
        notes.Add(quantizer.Line(
            wide.Count == 0 ? "int8" : $"int8, and int16 for {string.Join(", ", wide)}", eight));
        if (isEnough)
        {
            return (mixed, [.. notes, .. InFloats(mixed)]);
        }

        CNetwork all = With(_ => true);
        notes.Add(quantizer.Line("int16 between layers, which is taken, weights int8", quantizer.Measure(all)));
        return (all, [.. notes, .. InFloats(all)]);
    }

    /// <summary>
    /// The values that shall have 16 bits, those first whose 8 bits cost most: with one of them in 16 bits the error is
    /// less by its part, and parts of errors that have nothing to do with each other add up as squares.
    /// </summary>
    private List<string> WideOnes(Func<Func<string, bool>, CNetwork> with, double mostError)
    {
        List<string> wide = [];
        CNetwork narrow = with(_ => false);
        double all = Math.Pow(ErrorOf(narrow), 2);
        if (all <= mostError * mostError)
        {
            return wide;
        }

        (string Name, double Part)[] parts =
        [
            .. narrow.Quantised.Select(name => (name, all - Math.Pow(ErrorOf(with(one => one == name)), 2)))
                .Where(one => one.Item2 > 0).OrderByDescending(one => one.Item2),
        ];
        double left = all;
        foreach ((string name, double part) in parts.TakeWhile(_ => left > mostError * mostError))
        {
            wide.Add(name);
            left -= part;
        }

        return wide;
    }

    /// <summary>
    /// How far logits are from those in floats, on calibration clips, as a part of how far those are from their mean:
    /// both as root mean squares.
    /// </summary>
    private double ErrorOf(CNetwork network)
    {
        int every = Math.Max(1, clips.Calibration.Count / ClipsForError);
        float[][] some = [.. clips.Calibration.Where((_, i) => i % every == 0)];
        var sums = new (double Error, double Spread)[some.Length];
        Parallel.For(0, sums.Length, i =>
        {
            ReadOnlySpan<float> features = StretchOf(some[i], crops[0]);
            float[] exact = floats.Logits(features);
            float[] rounded = network.Logits(features);
            double mean = exact.Average(one => (double)one);
            sums[i] = (
                exact.Zip(rounded, (a, b) => Math.Pow(a - b, 2)).Sum(), exact.Sum(one => Math.Pow(one - mean, 2)));
        });
        double spread = sums.Sum(one => one.Spread);
        return spread > 0 ? Math.Sqrt(sums.Sum(one => one.Error) / spread) : 0;
    }

    private static IEnumerable<string> InFloats(CNetwork network) => network.InFloats.Count == 0
        ? []
        : [$"computed in floats between whole numbers: {string.Join(", ", network.InFloats)}"];

    /// <summary>How large the numbers of each value become, by name, and what each layer's filters read.</summary>
    private (Dictionary<string, ValueHistogram> Sizes, Dictionary<string, FilterInputs> Inputs) Survey()
    {
        CValue[] values = [.. floats.Steps.Select(step => step.Output).Append(floats.Input).Distinct()];
        ValueHistogram[] sizes = [.. values.Select(_ => new ValueHistogram())];
        CStep[] filters = [.. floats.Steps.Where(step => step is IFilterStep)];
        FilterInputs[] inputs =
            [.. filters.Cast<IFilterStep>().Select(step => new FilterInputs(step.Groups, step.Row))];
        foreach (float[][] some in clips.Calibration.Chunk(ClipsAtOnce))
        {
            var runs = new CRun[some.Length * crops.Count];
            Parallel.For(0, runs.Length, i =>
                runs[i] = floats.Run(StretchOf(some[i / crops.Count], crops[i % crops.Count])));

            // Each value and each layer in the order of the clips, so that the sums are always the same.
            Parallel.For(0, values.Length, v => Array.ForEach(runs, run => sizes[v].Add(run[values[v]])));
            Parallel.For(0, filters.Length, f => Array.ForEach(
                runs, run => Take((IFilterStep)filters[f], run[filters[f].Inputs[0]], inputs[f])));
        }

        return (
            values.Zip(sizes).ToDictionary(one => one.First.Name, one => one.Second),
            filters.Zip(inputs).ToDictionary(one => one.First.Output.Name, one => one.Second));
    }

    /// <summary>What filters read at some places, evenly over a clip.</summary>
    private static void Take(IFilterStep step, float[] x, FilterInputs inputs)
    {
        float[] row = new float[step.Row];
        int count = Math.Min(step.Places, MostPlaces);
        for (int i = 0; i < count; i++)
        {
            for (int group = 0; group < step.Groups; group++)
            {
                step.Read(x, group, (int)((long)i * step.Places / count), row);
                inputs.Add(group, row);
            }
        }
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
