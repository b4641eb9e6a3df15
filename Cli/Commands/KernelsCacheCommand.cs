// nativecnn kernels cache: the compiled kernels that are kept between two starts.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Caching;

namespace NativeCnn.Cli.Commands;

internal static class KernelsCacheCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<bool> clear = OptionOf.Flag("--clear", "Delete them; the next start compiles anew.");
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "cache",
            "Tells which folder compiled kernels are kept in, and what they take. " +
            $"{KernelCache.FolderVariable} names another folder, or says off.")
        {
            clear, json,
        };
        command.SetAction(parsed => Run(parsed.GetValue(clear), parsed.GetValue(json), terminal));
        return command.WithExamples("nativecnn kernels cache", "nativecnn kernels cache --clear");
    }

    private static int Run(bool clear, bool json, Terminal terminal)
    {
        KernelCache? cache = KernelCache.OfUser();
        int? deleted = clear ? Clear(cache) : null;
        (int files, long bytes) = cache?.Size ?? (0, 0);
        if (json)
        {
            terminal.Json(
                new KernelCacheRecord(cache?.Folder, files, bytes, KernelCache.DefaultLimit, deleted),
                CliJson.Default.KernelCacheRecord);
            return ExitCodes.Done;
        }

        string kept = files == 0
            ? "nothing is kept"
            : $"{Count(files)}, {Show.Bytes(bytes)} of at most {Show.Bytes(KernelCache.DefaultLimit)}";
        terminal.Line(cache is null
            ? $"no kernels are kept: {KernelCache.FolderVariable} says off, or there is no place for them"
            : $"{cache.Folder}: {kept}{(deleted is { } gone ? $"; {Count(gone)} deleted" : "")}");
        return ExitCodes.Done;

        static string Count(int files) => $"{files} {(files == 1 ? "file" : "files")}";
    }

    private static int Clear(KernelCache? cache)
    {
        try
        {
            return cache?.Clear() ?? 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{cache!.Folder} cannot be cleared: {error.Message}");
        }
    }
}
