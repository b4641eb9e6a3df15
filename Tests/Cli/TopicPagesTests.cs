// docs/features.md, docs/networks.md and docs/devices.md: their commands run, in their order in one folder, and print
// what stands below them; their tables are those of the code.
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Options;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

public sealed class TopicPagesTests : IDisposable
{
    private static readonly string[] Written = [".wav", ".npy", ".json"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [Trait(Slow.Category, Slow.Name)]
    [InlineData("features.md")]
    [InlineData("networks.md")]
    [InlineData("devices.md")]
    public void EveryCommand_InItsOrder_PrintsWhatThePageSays(string name)
    {
        Skip.IfNot(DocumentPage.HasSources, "the pages are not here");
        var page = DocumentPage.Open(name);
        WavWriter.WritePcm16(
            folder["seven.wav"],
            [.. Enumerable.Range(0, 4000).Select(i => 0.4f * MathF.Sin(i * (0.05f + (i * 4e-5f))))], 8000);
        WriteFiles(page);
        Assert.True(page.Commands.Length >= 2);
        foreach (string command in page.Commands)
        {
            string[] words = [.. DocumentPage.WordsOf(command).Select(Placed)];
            var output = new StringWriter();
            CliRun run = CliRun.Of(output, CancellationToken.None, words);
            int expected = words is ["features", "diff", ..] ? ExitCodes.Differs : ExitCodes.Done;
            Assert.True(run.ExitCode == expected, $"{command}: {string.Join('\n', run.Error)}");
            Assert.NotEmpty(run.Output);
            if (HasOutput(page, command))
            {
                page.Expect(
                    command,
                    output.ToString().ReplaceLineEndings("\n").TrimEnd().Replace(
                        folder.Path + "/", "", StringComparison.Ordinal).Split('\n'));
            }
        }

        page.ExpectLinks();
    }

    [Fact]
    public void FeatureSettings_HaveEachARowWithItsDefault()
    {
        var options = JsonDocument.Parse(JsonSerializer.Serialize(new FeatureOptions(), FeatureOptions.JsonFormat));
        string[] rows =
        [
            .. DocumentPage.Open("features.md").Lines
                .SkipWhile(line => !line.StartsWith("| field |", StringComparison.Ordinal)).Skip(2)
                .TakeWhile(line => line.StartsWith('|')),
        ];
        Dictionary<string, string> page = [];
        foreach (string[] cells in rows.Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..]))
        {
            foreach ((string field, string value) in cells[0].Split(", ").Zip(cells[1].Split(", ")))
            {
                page.Add(field.Trim('`'), value.Trim('`'));
            }
        }

        Dictionary<string, string> code = options.RootElement.EnumerateObject().ToDictionary(
            one => one.Name,
            one => one.Value.ValueKind switch
            {
                JsonValueKind.Null => "null",
                JsonValueKind.Number => one.Value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
                JsonValueKind.String => one.Value.GetString()!,
                _ => one.Value.GetRawText(),
            });
        Assert.Equal(code.OrderBy(one => one.Key), page.OrderBy(one => one.Key));
        foreach (PropertyInfo property in typeof(FeatureOptions).GetProperties().Where(one => one.CanWrite))
        {
            string field = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Array values = type.IsEnum && code.ContainsKey(field) ? Enum.GetValues(type) : Array.Empty<object>();
            foreach (object value in values)
            {
                Assert.Contains(
                    $"`{JsonSerializer.SerializeToElement(value, type, FeatureOptions.JsonFormat).GetString()}`",
                    rows.Single(row => row.Contains($"`{field}`", StringComparison.Ordinal)), StringComparison.Ordinal);
            }
        }
    }

    [SkippableFact]
    public void LayerTypes_HaveEachARow()
    {
        Skip.IfNot(DocumentPage.HasSources, "the pages are not here");
        var page = DocumentPage.Open("networks.md");
        page.ExpectBetween(
            "layers",
            [
                "", "| type | shapes | what it is |", "| --- | --- | --- |",
                .. LayerDescription.All.Where(IsOurs)
                    .Select(one => $"| `{one.Type}` | {one.Shapes} | {one.Sentence} |"), "",
            ]);
    }

    // Other tests register layers of their own.
    private static bool IsOurs(LayerDescription one) => LayerTypes.All[one.Type].Assembly == typeof(LayerTypes).Assembly;

    /// <summary>The JSON of the page, each in the file that the text before it names.</summary>
    private void WriteFiles(DocumentPage page)
    {
        string name = "";
        for (int i = 0; i < page.Lines.Length; i++)
        {
            string line = page.Lines[i];
            name = line.Split('`').FirstOrDefault(
                word => word.EndsWith(".json", StringComparison.Ordinal) && !word.Contains(' ')) ?? name;
            if (line == "```json")
            {
                string[] json = [.. page.Lines.Skip(i + 1).TakeWhile(one => one != "```")];
                File.WriteAllLines(folder[name], json);
            }
            else if (line.Split('`').SkipWhile(word => word != name).FirstOrDefault(
                word => word.StartsWith('{')) is { } text)
            {
                File.WriteAllText(folder[name], text);
            }
        }
    }

    private string Placed(string word) =>
        word.StartsWith("runs/", StringComparison.Ordinal) || Written.Contains(Path.GetExtension(word))
            ? folder[word]
            : word;

    private static bool HasOutput(DocumentPage page, string command)
    {
        int at = Array.FindIndex(page.Lines, line => line.StartsWith(command, StringComparison.Ordinal));
        return page.Lines.Skip(at + 1).Take(3).SkipWhile(line => line != "```").Skip(2)
            .Any(line => line.StartsWith("```text", StringComparison.Ordinal));
    }
}
