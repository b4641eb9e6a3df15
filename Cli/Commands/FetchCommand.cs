// nativecnn data list and data fetch: published data sets by name.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Messages;
using NativeCnn.Tools.Fetch;

namespace NativeCnn.Cli.Commands;

internal static class FetchCommand
{
    /// <summary>Names an address that has every archive as NAME.zip or NAME.tar.gz: a mirror.</summary>
    public const string BaseVariable = "NATIVECNN_FETCH_BASE";

    public static Command CreateList(Terminal terminal)
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command("list", "Lists the data sets that `data fetch` knows.") { json };
        command.SetAction(parsed => List(parsed.GetValue(json), terminal));
        return command.WithExamples("nativecnn data list");
    }

    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("NAME")
        {
            Description = $"One of {string.Join(", ", PublishedDataSet.All.Select(one => one.Name))}.",
        }.Completing(() => PublishedDataSet.All.Select(one => one.Name));
        Option<string?> output = OptionOf.Text(
            "--output", "DIR",
            "The folder to make of it. Without it, data/NAME. The archive lies beside it meanwhile.");
        Option<string?> url = OptionOf.Text(
            "--url", "URL",
            $"Another address of the archive; a published checksum must hold there too. {BaseVariable} names a " +
            "mirror that has NAME.zip or NAME.tar.gz.");
        Option<bool> keep = OptionOf.Flag("--keep-archive", "Keep the archive beside the folder.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "fetch",
            "Downloads a published data set, checks and unpacks it. Ctrl-C or a broken network leave a .part file " +
            "that the same command goes on with.")
        {
            name, output, url, keep, json,
        };
        command.SetAction(parsed => Run(
            Chosen(parsed.GetValue(name)!), parsed.GetValue(output), parsed.GetValue(url), parsed.GetValue(keep),
            parsed.GetValue(json), terminal));
        return command.WithExamples(
            "nativecnn data fetch fsdd",
            "nativecnn data fetch esc50 --output sounds/esc50",
            "nativecnn train --data data/fsdd --epochs 15");
    }

    private static int List(bool json, Terminal terminal)
    {
        if (json)
        {
            foreach (PublishedDataSet one in PublishedDataSet.All)
            {
                terminal.Json(
                    new PublishedRecord(
                        one.Name, one.Title, one.Clips, one.Bytes, one.Checksum?.Algorithm, one.Licence,
                        one.Address.ToString()),
                    CliJson.Default.PublishedRecord);
            }

            return ExitCodes.Done;
        }

        terminal.Table(
            ["name", "what", "licence", "checksum", "clips"],
            PublishedDataSet.All.Select(one => (string[])
            [
                one.Name, one.Title, one.Licence, one.Checksum?.Algorithm ?? "none published", Show.Count(one.Clips),
            ]),
            leftColumns: 4, "checksum", "clips");
        return ExitCodes.Done;
    }

    private static PublishedDataSet Chosen(string name) =>
        PublishedDataSet.All.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException(
            $"there is no data set '{name}'{Suggestion.Before(name, PublishedDataSet.All.Select(one => one.Name))} " +
            $"give one of {string.Join(", ", PublishedDataSet.All.Select(one => one.Name))}");

    private static int Run(
        PublishedDataSet wanted, string? output, string? url, bool keep, bool json, Terminal terminal)
    {
        string folder = output ?? Path.Combine("data", wanted.Name);
        var options = new FetchOptions { Address = AddressOf(wanted, url), KeepArchive = keep };
        FetchResult result;
        terminal.Interrupted = () => "interrupted; the same command goes on with what has come";
        try
        {
            result = terminal.OutputIsTerminal && !json
                ? LiveBar.During(terminal, bar => Fetch((stage, done, total) => Draw(bar, wanted, stage, done, total)))
                : Fetch(new FetchLines(wanted.Name, terminal.Error).Show);
        }
        catch (OperationCanceledException stopped)
        {
            throw new InterruptedException(terminal.Interrupted(), stopped);
        }

        if (result.Warning is { } warning)
        {
            terminal.Warn([warning]);
        }

        if (json)
        {
            terminal.Json(
                new FetchRecord(wanted.Name, result.Folder, result.Clips, result.Checked, result.WasThere),
                CliJson.Default.FetchRecord);
        }
        else
        {
            terminal.Line($"{result.Folder}: {wanted.Reader}, {Show.Count(result.Clips)} clips, {wanted.Licence}; " +
                result.Checked);
        }

        return ExitCodes.Done;

        FetchResult Fetch(Action<FetchStage, long, long?> progress) => DataSetFetcher.Fetch(
            wanted, folder, options, progress, terminal.Cancellation);
    }

    private static Uri? AddressOf(PublishedDataSet wanted, string? url)
    {
        string? text = url ?? (Environment.GetEnvironmentVariable(BaseVariable) is { Length: > 0 } mirror
            ? $"{mirror.TrimEnd('/')}/{wanted.Name}{wanted.Extension}"
            : null);
        if (text is null)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new InputException($"'{text}' is no http or https address; give --url one");
    }

    // Kilobytes, so that the bar's whole numbers hold every archive.
    private static void Draw(LiveBar bar, PublishedDataSet wanted, FetchStage stage, long done, long? total)
    {
        string title = $"{wanted.Name}: {FetchLines.Verb(stage)}";
        if (total is { } all)
        {
            bar.Show(title, (int)(done >> 10), (int)(all >> 10));
        }
        else
        {
            bar.Show($"{title}, {Show.Count(done >> 20)} MiB", 0, 1);
        }
    }
}
