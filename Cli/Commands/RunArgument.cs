using System.CommandLine;

namespace NativeCnn.Cli.Commands;

/// <summary>The run folder that a command uses.</summary>
internal static class RunArgument
{
    public static Argument<string> Create() =>
        new("RUN") { Description = "The run folder that `nativecnn train` left." };

    /// <summary>Two of them.</summary>
    public static (Argument<string> A, Argument<string> B) CreatePair() =>
    (
        new("A") { Description = "A run folder that `nativecnn train` left." },
        new("B") { Description = "Another one." });
}
