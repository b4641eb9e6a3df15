using System.CommandLine;
using System.Runtime.CompilerServices;

namespace NativeCnn.Cli.Commands;

/// <summary>Example lines that a command's help closes with.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> Table = [];

    public static T WithExamples<T>(this T command, params string[] lines) where T : Command
    {
        Table.Add(command, lines);
        return command;
    }

    public static IReadOnlyList<string> Of(Command command) =>
        Table.TryGetValue(command, out string[]? lines) ? lines : [];
}
