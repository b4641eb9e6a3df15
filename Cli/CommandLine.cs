// From arguments to an exit code: parses, runs the command, and turns whatever goes wrong into one line.
using System.CommandLine;
using NativeCnn.Cli.Commands;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Output;

namespace NativeCnn.Cli;

/// <summary>The whole programme but for its console: what <c>nativecnn</c> and the tests call.</summary>
public static class CommandLine
{
    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The arguments, without the programme's name.</param>
    /// <param name="output">Standard output: results, and nothing but JSON objects with <c>--json</c>.</param>
    /// <param name="error">Standard error: warnings, errors, and with <c>--json</c> progress.</param>
    /// <param name="outputIsTerminal">True shows progress bars.</param>
    /// <param name="errorIsTerminal">True if <paramref name="error"/> is read on the same screen.</param>
    /// <param name="input">Standard input; null for the process's own.</param>
    /// <param name="cancellation">Asks for a clean end.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, bool outputIsTerminal = false,
        bool errorIsTerminal = false, Stream? input = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return Run(
            arguments,
            new Terminal(output, error, outputIsTerminal, errorIsTerminal, cancellation) { Input = input });
    }

    /// <summary>Runs a command on a terminal.</summary>
    internal static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        try
        {
            if (arguments.Any(one => one.Contains('\0', StringComparison.Ordinal)))
            {
                throw new InputException("an argument holds a zero character, which no path and no option has");
            }

            ParseResult parsed = CommandTree.Create(terminal).Parse(
                arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
            if (UsageErrors.FirstOf(parsed) is { } complaint)
            {
                terminal.Complain(complaint);
                return ExitCodes.BadInput;
            }

            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception failure)
        {
            return Failures.Report(failure, terminal);
        }
    }
}
