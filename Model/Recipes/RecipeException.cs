using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Recipes;

/// <summary>A recipe that is not there or not understood. The message is one line: what, where, what to do.</summary>
public sealed class RecipeException : Exception
{
    /// <summary>Creates the error with an empty message.</summary>
    public RecipeException()
    {
    }

    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: what, where, what to do.</param>
    public RecipeException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>Creates the error with the one that caused it.</summary>
    /// <param name="message">One line: what, where, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RecipeException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
