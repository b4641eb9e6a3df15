// From floats to 8 bits: ranges, rounding that looks at what a layer reads, and which values get 16 bits.
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting.C;
using NativeCnn.Tools.Exporting.C.Quantisation;
using NativeCnn.Tools.Exporting.C.Steps;
using Shape = NativeCnn.Engine.Tensors.Shape;

namespace NativeCnn.Tests.Tools.Exporting;

public sealed class QuantisationTests
{
    private const int Row = 12;

    [Fact]
    public void FilterInputs_HaveTheMeanAndCovarianceOfWhatWasAdded()
    {
        float[][] rows = Rows(50);
        FilterInputs inputs = InputsOf(rows);

        double[] mean = inputs.MeanOf(1);
        double[] covariance = inputs.CovarianceOf(1)!;

        for (int i = 0; i < Row; i++)
        {
            Assert.Equal(rows.Average(row => row[i]), mean[i], 1e-6);
            for (int j = 0; j < Row; j++)
            {
                Assert.Equal(
                    rows.Average(row => (row[i] - mean[i]) * (row[j] - mean[j])), covariance[(i * Row) + j], 1e-5);
            }
        }

        Assert.Null(inputs.CovarianceOf(0));
    }

    [Fact]
    public void WeightRounding_OfInputsThatGoTogether_ChangesOutputsLessThanEachWeightByItself()
    {
        float[][] rows = Rows(400);
        FilterInputs inputs = InputsOf(rows);
        var each = new WeightRounding(null, Row);
        (double together, double alone, double told) = (0, 0, 0);
        for (int seed = 0; seed < 40; seed++)
        {
            float[] filter = Random(Row, seed);
            int[] rounded = new int[Row];
            told += inputs.RoundingOf(1).Round(filter, 0.2, rounded);
            together += VarianceOf(filter, rounded);
            each.Round(filter, 0.2, rounded);
            alone += VarianceOf(filter, rounded);
            Assert.Equal(filter.Select(weight => (int)Math.Round(weight / 0.2)), rounded);
        }

        Assert.InRange(together, 0, 0.5 * alone);
        Assert.InRange(told, together, 1.3 * together);

        double VarianceOf(float[] filter, int[] rounded)
        {
            double[] errors =
                [.. rows.Select(row => row.Select((x, i) => x * (filter[i] - (rounded[i] * 0.2))).Sum())];
            return errors.Average(error => error * error) - Math.Pow(errors.Average(), 2);
        }
    }

    [Fact]
    public void QuantisedFilters_OfWideInputs_KeepTheirSumsWithin32Bits()
    {
        var x = new CValue("x", 1, Row) { Number = CNumber.Int16, Scale = 1e-3f };
        var y = new CValue("y", 1, 1) { Number = CNumber.Int8, Scale = 1 };
        float[] filter = Random(Row, seed: 8);

        var quantised = new QuantisedFilters(filter, [1e6f], x, y, 1, null);

        double largest = quantised.Weights.Sum(weight => (double)Math.Abs(weight)) * CNumber.Int16.Most();
        Assert.InRange(largest + Math.Abs((double)quantised.Bias[0]), 0, int.MaxValue);
    }

    [Fact]
    public void Range_OfAValueWithARareFarNumber_LeavesItOut()
    {
        var even = new ValueHistogram();
        var odd = new ValueHistogram();
        float[] numbers = [.. Enumerable.Range(0, 200_000).Select(i => (i / 100_000f) - 1)];
        even.Add(numbers);
        odd.Add([.. numbers, 8f]);

        Assert.InRange(even.RangeFor(127), 0.98f, 1f);
        Assert.InRange(odd.RangeFor(127), 1f, 4.5f);
        Assert.InRange(odd.RangeFor(32767), 7.9f, 8f);
        Assert.Equal(8, odd.Largest);
    }

    [Fact]
    public void Quantizer_GivesMoreBitsToTheValuesThatItNames()
    {
        var graph = new NetworkGraph(NetworkPresets.Find("tiny")!.Create(), new Shape(20, 40), 6);
        ExportGraph network = BatchNormFolding.Apply(
            ExportGraph.Of(new Network(TestDevices.Get("cpu"), graph, seed: 3)));
        float[][] clips = [.. Enumerable.Range(0, 24).Select(i => Random(800, seed: i))];
        var set = new CalibrationSet(clips, [.. clips.Select(clip => (clip, 0))], ("clips", "clips"));

        // Logits of a network that nobody trained are the same for all clips, but for little: 8 bits do.
        CNetwork narrow = CQuantizer.Quantize(network, set, crops: null).Network;
        (CNetwork quantised, IReadOnlyList<string> notes) = CQuantizer.Quantize(
            network, set, crops: null, mostError: 0);

        Assert.DoesNotContain(narrow.Steps, step => step.Output.Number == CNumber.Int16);
        string line = notes.Single(note => note.StartsWith("int8, and int16 for ", StringComparison.Ordinal));
        string[] named = line["int8, and int16 for ".Length..line.IndexOf(':', StringComparison.Ordinal)].Split(", ");
        string[] wide =
        [
            .. quantised.Steps.Select(step => step.Output).Where(value => value.Number == CNumber.Int16)
                .Select(value => value.Name.Replace("_quantised", "", StringComparison.Ordinal)),
        ];
        Assert.Equal(wide.Order(), named.Order());
        Assert.InRange(named.Length, 1, quantised.Quantised.Count);
    }

    private static FilterInputs InputsOf(float[][] rows)
    {
        var inputs = new FilterInputs(groups: 2, Row);
        Array.ForEach(rows, row => inputs.Add(1, row));
        return inputs;
    }

    /// <summary>Numbers of which each follows the one before it, as the frames of a sound do.</summary>
    private static float[][] Rows(int count)
    {
        float[] noise = Random(count * Row, seed: 1);
        float[][] rows = [.. noise.Chunk(Row)];
        foreach (float[] row in rows)
        {
            for (int i = 1; i < Row; i++)
            {
                row[i] = 0.5f + (0.95f * row[i - 1]) + (0.2f * row[i]);
            }
        }

        return rows;
    }

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
