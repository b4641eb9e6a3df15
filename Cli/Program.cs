// `nativecnn`: reads options, calls Model, prints. The first Ctrl-C asks for a clean end, and ends the process where
// there is none soon; the second one kills.
using System.Runtime.InteropServices;
using NativeCnn.Cli;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Output;

// By itself a file that grows beyond `ulimit -f` ends the process without a word; ignored, the write says why it fails.
const int fileSizeExceeded = 25;
using PosixSignalRegistration? fileSize = OperatingSystem.IsWindows() ? null
    : PosixSignalRegistration.Create((PosixSignal)fileSizeExceeded, signal => signal.Cancel = true);
StandardWriter.HoldPlaces();
if (FewFiles.Complaint() is { } complaint)
{
    Console.Error.WriteLine($"error: {complaint}");
    return ExitCodes.Failed;
}

using var interruption = new CancellationTokenSource();
var terminal = new Terminal(
    new StandardWriter(Console.Out, isNeeded: true), new StandardWriter(Console.Error, isNeeded: false),
    !Console.IsOutputRedirected, !Console.IsErrorRedirected, interruption.Token)
{
    Columns = () => Console.WindowWidth,
};
Console.CancelKeyPress += (_, pressed) =>
{
    if (!interruption.IsCancellationRequested)
    {
        pressed.Cancel = true;
        ForcedEnd.After(ForcedEnd.Patience, terminal);
        interruption.Cancel();
    }
};

return CommandLine.Run(args, terminal);
