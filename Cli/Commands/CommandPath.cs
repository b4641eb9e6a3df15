using System.CommandLine;
using System.CommandLine.Parsing;

namespace NativeCnn.Cli.Commands;

/// <summary>How a command is called.</summary>
internal static class CommandPath
{
    /// <summary>The words that lead to a command: <c>nativecnn bench gemm</c>.</summary>
    public static string Of(CommandResult result)
    {
        List<string> names = [];
        for (SymbolResult? at = result; at is CommandResult one; at = at.Parent)
        {
            names.Insert(0, one.Command is RootCommand ? "nativecnn" : one.Command.Name);
        }

        return string.Join(' ', names);
    }
}
