// The model card: what the Hub reads between two lines of dashes, as YAML, then what people read. It says what the run
// folder says, and nothing that nobody measured.
using System.Globalization;
using System.Text.Json;
using NativeCnn.Features.Options;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Exporting.HuggingFace;

/// <summary>README.md of a folder for the Hub.</summary>
internal static class ModelCard
{
    private const int MostLabels = 100;

    /// <summary>The card's text.</summary>
    public static string Of(ExportRequest request, RunFigures figures, bool hasOnnx)
    {
        RunConfig config = request.Model.Config;
        string[] lines =
        [
            "---",
            .. FrontMatter(request, figures, hasOnnx),
            "---",
            "",
            $"# {Plain(NameOf(request))}",
            "",
            $"A network for sound, `{Plain(config.Model.Name)}` of NativeCnn with " +
            $"{request.Model.Network.Parameters.Count} parameters. It takes {Seconds(config)} s of mono sound at " +
            $"{config.Features.SampleRate} Hz and tells " +
            $"{config.Labels.Count} classes apart" +
            (config.LabelSeparator is null ? "." : ", of which several may be true."),
            "",
            "## Classes",
            "",
            Labels(config),
            "",
            "## Figures",
            "",
            .. Figures(figures),
            "",
            "## Use",
            "",
            "```sh",
            "python model.py SOUND.wav     # needs torch alone",
            "```",
            "",
            "```python",
            "from model import LABELS, load, read_wav",
            "",
            "logits = load()(read_wav(\"SOUND.wav\"))",
            "print(LABELS[logits.argmax()])",
            "```",
            .. hasOnnx
                ? (string[])
                    ["", "`model.onnx` takes the waveform, [batch, samples] from -1 to 1, and gives probabilities."]
                : [],
            "",
            "`config.json` has the layers, `preprocessor_config.json` every setting of the features, " +
            "`model.safetensors` the weights by PyTorch's names with the normalisation of the features.",
            "",
            "## Training",
            "",
            .. Training(config, figures),
        ];
        return string.Join('\n', lines).TrimEnd('\n') + "\n";
    }

    private static IEnumerable<string> FrontMatter(ExportRequest request, RunFigures figures, bool hasOnnx)
    {
        if (request.License is { } license)
        {
            yield return $"license: {license}";
        }

        yield return "library_name: nativecnn";
        yield return "pipeline_tag: audio-classification";
        yield return "tags:";
        foreach (string tag in new[] { "audio-classification", "nativecnn", "pytorch", "safetensors" })
        {
            yield return $"- {tag}";
        }

        if (hasOnnx)
        {
            yield return "- onnx";
        }

        if (figures.Metrics.Count == 0)
        {
            yield break;
        }

        yield return "model-index:";
        yield return $"- name: {Quoted(NameOf(request))}";
        yield return "  results:";
        yield return "  - task:";
        yield return "      type: audio-classification";
        yield return "      name: Audio classification";
        yield return "    dataset:";
        yield return $"      type: {Quoted(TypeOf(figures.Data))}";
        yield return $"      name: {Quoted(figures.Data)}";
        yield return $"      split: {figures.Split}";
        yield return "    metrics:";
        foreach ((string type, string name, double value) in figures.Metrics)
        {
            yield return $"    - type: {type}";
            yield return $"      name: {name}";
            yield return $"      value: {Number(value)}";
        }
    }

    private static IEnumerable<string> Figures(RunFigures figures)
    {
        if (figures.Metrics.Count == 0)
        {
            yield return "None: the weights were not measured where this folder was made.";
            yield break;
        }

        string clips = figures.Clips is { } count ? $"{count} " : "";
        yield return $"Measured on the {clips}{figures.Split} clips of `{Plain(figures.Data)}`, by which the epoch " +
            "was chosen too; sounds of other speakers, rooms or microphones are another question.";
        yield return "";
        yield return "| metric | value |";
        yield return "| --- | --- |";
        foreach ((_, string name, double value) in figures.Metrics)
        {
            yield return $"| {name} | {Number(value)} |";
        }

        if (figures.Clips is { } clipCount)
        {
            yield return $"| clips | {clipCount} |";
        }

        yield return $"| split | {figures.Split} |";
    }

    private static IEnumerable<string> Training(RunConfig config, RunFigures figures)
    {
        if (figures.Metrics.Count == 0)
        {
            yield return "The weights were imported: what they were trained on is not known here.";
            yield break;
        }

        yield return $"On `{Plain(figures.Data)}`, {config.Training.Epochs} epochs in mini-batches of " +
            $"{config.Training.BatchSize}, seed {config.Training.Seed}, with NativeCnn {config.Version}.";
    }

    private static string Labels(RunConfig config) =>
        string.Join(", ", config.Labels.Take(MostLabels).Select(label => $"`{Plain(label)}`")) +
        (config.Labels.Count > MostLabels ? $" and {config.Labels.Count - MostLabels} more (`config.json`)" : "");

    private static string NameOf(ExportRequest request) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Run)));

    /// <summary>The data set's name as the Hub writes names of data sets.</summary>
    private static string TypeOf(string data) =>
        string.Concat(data.Select(one => char.IsLetterOrDigit(one) ? char.ToLowerInvariant(one) : '-')).Trim('-') is
        { Length: > 0 } name ? name : "data";

    private static string Seconds(RunConfig config) => Number((double)config.ClipSamples / config.Features.SampleRate);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A text as JSON writes it, which YAML reads.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text, FeatureOptions.JsonFormat);

    /// <summary>A text that is no markup.</summary>
    private static string Plain(string text) =>
        string.Concat(text.Select(one => char.IsControl(one) || one is '`' or '<' or '>' or '|' ? '_' : one));
}
