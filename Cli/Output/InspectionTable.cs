using NativeCnn.Model.Formats;
using NativeCnn.Model.Inspection;
using NativeCnn.Model.Runs;

namespace NativeCnn.Cli.Output;

/// <summary>A run's layers as text of at most 80 columns.</summary>
/// <param name="line">Prints a line.</param>
/// <param name="screen">Columns of the screen, where it has fewer; null for 80.</param>
internal sealed class InspectionTable(Action<string> line, int? screen = null)
{
    private const int Most = 80;
    private const int NameWidth = 26;
    private const int NumberWidth = 9;
    private const string Bars = " ▁▂▃▄▅▆▇█";

    private readonly int width = Math.Min(Most, screen ?? Most);

    /// <summary>What run it is, and how much of it was recorded.</summary>
    public void Head(string folder, RunConfig config, IReadOnlyList<StepInspection> steps)
    {
        Wrapped($"{folder}: {config.Model.Name}, input [{config.Input[0]}, {config.Input[1]}], " +
            $"{config.Labels.Count} classes");
        Wrapped(steps.Count == 0
            ? "no step was recorded: `nativecnn train --inspect 50` records outputs, gradients and updates"
            : $"{Show.Count(steps.Count)} recorded steps of {Show.Count(steps[^1].Epoch)} epochs. Root mean squares; " +
            "d is a gradient; update: the norm of a step's change by the norm of the weights");
    }

    /// <summary>A table a layer, a row an epoch; then histograms of the last step.</summary>
    /// <param name="steps">Recorded steps.</param>
    /// <param name="most">Epochs at most; 0 for all.</param>
    public void Layers(IReadOnlyList<StepInspection> steps, int most)
    {
        if (steps.Count == 0)
        {
            return;
        }

        StepInspection[] epochs = InspectedLayers.LastOfEpochs(steps);
        StepInspection[] shown = most == 0 || epochs.Length <= most ? epochs
            : [.. Enumerable.Range(0, most).Select(i => epochs[most == 1 ? ^1 : i * (epochs.Length - 1) / (most - 1)])];
        foreach (string stage in steps[^1].Stages.Select(one => one.Name))
        {
            line("");
            line(stage);
            IReadOnlyList<string[]> table = InspectedLayers.Table(shown, stage);
            foreach (string row in TextTable.Format(table[0], table.Skip(1), leftColumns: 0, width))
            {
                line(row);
            }
        }

        if (shown.Length < epochs.Length)
        {
            line("");
            line($"{shown.Length} of {epochs.Length} recorded epochs (--epochs 0 prints all)");
        }

        line("");
        Wrapped($"step {Show.Count(steps[^1].Step)}, epoch {Show.Count(steps[^1].Epoch)}: from the least to the " +
            "largest value; bars are square roots of counts");
        foreach ((string name, TensorSummary values) in InspectedLayers.SummariesOf(steps[^1]))
        {
            Histogram(name, values);
        }
    }

    /// <summary>What is odd, in words.</summary>
    public void Warnings(IReadOnlyList<StepInspection> steps, IReadOnlyList<InspectionWarning> warnings)
    {
        if (steps.Count == 0)
        {
            return;
        }

        line("");
        line(warnings.Count == 0 ? "no warnings" : "warnings");
        foreach (InspectionWarning warning in warnings)
        {
            Wrapped($"- {warning.Sentence}");
        }
    }

    /// <summary>The weights that the run kept, and the filters of its first convolution.</summary>
    public void Weights(SafeTensorsFile weights, FirstFilters? filters)
    {
        line("");
        line("weights of the best epoch");
        foreach ((string name, SafeTensor tensor) in weights.Tensors.Where(one => one.Value.Type == SafeTensorType.F32))
        {
            Histogram(name, TensorSummary.Of(tensor.AsFloat32()));
        }

        if (filters is null)
        {
            return;
        }

        line("");
        Wrapped($"{filters.Name}: {Show.Count(filters.Filters)} filters of {Show.Count(filters.Channels)} x " +
            $"{Show.Count(filters.Taps)}; their root mean squares, from filter 0 on" +
            (filters.Filters > width ? $" (the first {width})" : ""));
        double[] sizes = [.. Enumerable.Range(0, Math.Min(width, filters.Filters)).Select(filters.RmsOf)];
        line(BarsOf(sizes, sizes.Max()));
        if (filters.SampleRate is { } rate)
        {
            Peaks(filters, rate);
        }

        line("`--output filters.html` draws them");
    }

    private void Peaks(FirstFilters filters, int rate)
    {
        const int Bands = 32;
        double[] peaks = new double[Bands];
        for (int filter = 0; filter < filters.Filters; filter++)
        {
            peaks[Math.Min(Bands - 1, (int)(filters.PeakOf(filter) * 2 * Bands / rate))]++;
        }

        line("how many of them pass most at a frequency");
        line($"0 Hz {BarsOf(peaks, peaks.Max())} {Show.Count(rate / 2.0)} Hz");
    }

    private void Histogram(string name, TensorSummary values)
    {
        string shown = name.Length <= NameWidth ? name : name[..(NameWidth - 2)] + "..";
        line($"{shown.PadRight(NameWidth)} {InspectedLayers.Number(values.Min),NumberWidth} " +
            BarsOf(
                [.. values.Histogram.Select(count => Math.Sqrt(count))],
                Math.Sqrt(values.Histogram.Max())).PadRight(TensorSummary.Bins) +
            $" {InspectedLayers.Number(values.Max)}".TrimEnd());
    }

    private static string BarsOf(double[] heights, double highest) => string.Concat(heights.Select(
        height => !(height > 0) ? ' ' : Bars[Math.Clamp((int)Math.Ceiling(8 * height / highest), 1, 8)]));

    private void Wrapped(string text)
    {
        foreach (string row in WordWrap.Lines(text, width))
        {
            line(row);
        }
    }
}
