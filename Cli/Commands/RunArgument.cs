using System.CommandLine;

namespace NativeCnn.Cli.Commands;

/// <summary>The run folder that a command uses.</summary>
internal static class RunArgument
{
    public static Argument<string> Create() =>
        new("RUN") { Description = "The run folder that `nativecnn train` left." };

    /// <summary>One, or several that are used as one.</summary>
    public static Argument<string> CreateForSeveral() =>
        new("RUN")
        {
            Description = "The run folder that `nativecnn train` left; or several between commas, or a folder of " +
                "folds: the mean of their probabilities is taken.",
        };

    /// <summary>Two of them.</summary>
    public static (Argument<string> A, Argument<string> B) CreatePair() =>
    (
        new("A") { Description = "A run folder that `nativecnn train` left." },
        new("B") { Description = "Another one." });
}
