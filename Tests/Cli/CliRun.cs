using System.Text.Json;
using NativeCnn.Cli;
using NativeCnn.Cli.Errors;

namespace NativeCnn.Tests.Cli;

/// <summary>What a command left: its exit code and the lines of both streams.</summary>
internal sealed record CliRun(int ExitCode, string[] Output, string[] Error)
{
    /// <summary>The lines of standard output as JSON objects; fails if one is none.</summary>
    public JsonElement[] Json => [.. Output.Select(line =>
    {
        JsonElement element = JsonDocument.Parse(line).RootElement;
        Assert.Equal(JsonValueKind.Object, element.ValueKind);
        return element;
    })];

    public static CliRun Of(params string[] arguments) => Of(new StringWriter(), CancellationToken.None, arguments);

    public static CliRun Of(StringWriter output, CancellationToken cancellation, params string[] arguments)
    {
        var error = new StringWriter();
        int exitCode = CommandLine.Run(arguments, output, error, cancellation: cancellation);
        return new CliRun(exitCode, Lines(output), Lines(error));
    }

    /// <summary>What a command prints, with its empty lines; it must end well.</summary>
    public static string[] PageOf(params string[] arguments)
    {
        var output = new StringWriter();
        Of(output, CancellationToken.None, arguments).Succeeded();
        return output.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
    }

    /// <summary>A help page as one line, whatever the width that it was fitted to.</summary>
    public static string HelpOf(params string[] command) => string.Join(
        ' ', string.Join(' ', Of([.. command, "--help"]).Succeeded().Output).Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)).Replace("| ", "|", StringComparison.Ordinal);

    /// <summary>This run, if it ended well; else the test fails with what it said.</summary>
    public CliRun Succeeded()
    {
        Assert.True(ExitCode == ExitCodes.Done, $"exit code {ExitCode}: {string.Join('\n', Error)}");
        return this;
    }

    /// <summary>Bad input, said in one line on standard error that names <paramref name="what"/>.</summary>
    public void FailedNaming(string what)
    {
        Assert.True(ExitCode == ExitCodes.BadInput, $"exit code {ExitCode}: {string.Join('\n', Error)}");
        string line = Assert.Single(Error);
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.Empty(Output);
    }

    private static string[] Lines(StringWriter writer) =>
        writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
