namespace NativeCnn.Engine.Messages;

/// <summary>The messages of .NET's argument exceptions, as one line that can stand within another.</summary>
public static class ArgumentErrors
{
    /// <summary>
    /// The message without the parameter's name that .NET adds: <c> (Parameter 'HopLength')</c>, and with what came
    /// behind it on the same line.
    /// </summary>
    public static string WithoutParameter(this ArgumentException error) => (error.ParamName is null
        ? error.Message
        : error.Message.Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal))
        .ReplaceLineEndings(" ");
}
