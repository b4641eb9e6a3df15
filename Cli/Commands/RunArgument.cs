using System.CommandLine;

namespace NativeCnn.Cli.Commands;

/// <summary>The run folder that a command uses.</summary>
internal static class RunArgument
{
    public static Argument<string> Create() =>
        new("RUN") { Description = "The run folder that `nativecnn train` left." };
}
