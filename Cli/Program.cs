// `nativecnn`: reads options, calls Model, prints. The first Ctrl-C asks for a clean end, the second one kills.
using NativeCnn.Cli;

using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    if (!interruption.IsCancellationRequested)
    {
        pressed.Cancel = true;
        interruption.Cancel();
    }
};

return CommandLine.Run(
    args, Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected,
    cancellation: interruption.Token);
