namespace NativeCnn.Cli.Errors;

/// <summary>What scripts learn from the end of the programme.</summary>
public static class ExitCodes
{
    /// <summary>All is done.</summary>
    public const int Done = 0;

    /// <summary>The run failed, through no fault of what it was given.</summary>
    public const int Failed = 1;

    /// <summary><c>features diff</c>: all is done, and the features differ, as <c>cmp</c> has it.</summary>
    public const int Differs = 1;

    /// <summary>Bad arguments or bad input; one line on standard error says what, where and what to do.</summary>
    public const int BadInput = 2;

    /// <summary>Interrupted: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
