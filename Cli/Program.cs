// `nativecnn`: reads options, calls Model, prints. The first Ctrl-C asks for a clean end, and ends the process where there
// is none soon; the second one kills.
using NativeCnn.Cli;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Output;

if (FewFiles.Complaint() is { } complaint)
{
    Console.Error.WriteLine($"error: {complaint}");
    return ExitCodes.Failed;
}

using var interruption = new CancellationTokenSource();
var terminal = new Terminal(
    Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, interruption.Token);
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
