// What was done on what: data and split, the network, the time, every setting, the machine and the command.
using System.Text;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Reports;

/// <summary>Shows what a result came from.</summary>
internal static class SettingSections
{
    private const int MostLayers = 300;

    public static void Append(HtmlPage page, RunReport report)
    {
        if (report.Data.Count > 0)
        {
            page.Section("data", "Data");
            page.Facts("Data and split", report.Data);
            if (report.Notes.Count > 0)
            {
                page.Raw("<p>What is odd about it:</p>\n<ul>\n" + string.Concat(
                    report.Notes.Select(note => $"<li>{Html.Escape(note)}</li>\n")) + "</ul>");
            }
        }

        if (report.Network is { } network)
        {
            AppendNetwork(page, network);
        }

        if (report.Times is { } times)
        {
            AppendTimes(page, times);
        }

        if (report.Settings.Count > 0)
        {
            page.Section("settings", "Settings");
            page.Facts("Every setting, by its name in config.json", report.Settings);
        }

        if (report.Machine.Count > 0)
        {
            page.Section("machine", "Machine and command");
            page.Facts("Machine", report.Machine);
            if (report.Command is { } command)
            {
                page.Raw($"<pre class=\"varies\"><code>{Html.Escape(command)}</code></pre>");
            }
        }
    }

    private static void AppendNetwork(HtmlPage page, NetworkSummary network)
    {
        page.Section("network", "Network");
        page.Paragraph(
            $"<code>{Html.Escape(network.Network)}</code>: {Html.Count(network.Parameters)} parameters, " +
            $"{Html.Count(network.Operations)} floating-point operations a clip forward, input " +
            $"{Html.Escape(Shape(network.Input.ToArray()))}.");
        page.Table(
            network.Layers.Count > MostLayers
                ? $"Layers in the order of computation, the first {MostLayers} of {network.Layers.Count}"
                : "Layers in the order of computation",
            ["layer", "type", "output", "parameters", "operations"],
            network.Layers.Take(MostLayers).Select(layer => (string[])
            [
                layer.Name, layer.Type, Shape(layer.Output.ToArray()), Html.Count(layer.Parameters),
                Html.Count(layer.Operations),
            ]),
            words: 3);
    }

    private static string Shape(int[] sizes) => $"[{string.Join(", ", sizes)}]";

    private static void AppendTimes(HtmlPage page, TrainingTimes times)
    {
        page.Section("times", "Time");
        page.BeginTable("Where the time went, since this process began or resumed the training");
        StringBuilder html = new("<thead><tr><th scope=\"col\">phase</th>");
        html.Append("<th scope=\"col\" class=\"number\">seconds</th><th scope=\"col\" class=\"number\">share</th>");
        html.Append("<th scope=\"col\">as a bar</th></tr></thead>\n<tbody>\n");
        double total = Math.Max(times.Total, 1e-9);
        foreach (TrainingPhase phase in Enum.GetValues<TrainingPhase>().Where(phase => times[phase] > 0))
        {
            double seconds = times[phase];
            html.Append($"<tr class=\"varies\"><th scope=\"row\">{NameOf(phase)}</th>");
            html.Append(Html.Invariant($"<td class=\"number\">{seconds:0.00}</td>"));
            html.Append(Html.Invariant($"<td class=\"number\">{100 * seconds / total:0.0} %</td>"));
            html.Append(Html.Invariant(
                $"<td class=\"bar\"><i style=\"width:{100 * seconds / total:0.#}%\"></i></td></tr>\n"));
        }

        html.Append(Html.Invariant(
            $"<tr class=\"varies\"><th scope=\"row\">all</th><td class=\"number\">{times.Total:0.00}</td>"));
        html.Append("<td class=\"number\">100.0 %</td><td></td></tr>\n");
        page.Raw(html.ToString());
        page.EndTable();
        page.Raw(
            $"<p class=\"varies\">{Html.Count(times.SamplesPerSecond)} clips a second in training steps, " +
            $"{Html.Figures(times.GigaflopsPerSecond)} GFLOP/s.</p>");
    }

    private static string NameOf(TrainingPhase phase) => phase switch
    {
        TrainingPhase.Features => "reading clips, features",
        TrainingPhase.Input => "mini-batches",
        TrainingPhase.Forward => "forward",
        TrainingPhase.Backward => "backward",
        TrainingPhase.Exchange => "adding up shards, waiting for other processes",
        TrainingPhase.Optimizer => "optimiser",
        TrainingPhase.Replay => "recorded steps",
        TrainingPhase.Validation => "validation",
        TrainingPhase.Output => "writing the run folder",
        TrainingPhase.Inspection => "inspection",
        _ => phase.ToString(),
    };
}
