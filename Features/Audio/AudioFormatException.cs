// The one exception by which a sound file fails: a line that says which file, what is wrong where, and what to do.

using NativeCnn.Engine.Messages;

namespace NativeCnn.Features.Audio;

/// <summary>
/// A file could not be read as sound. The message is one line: the file, what is wrong and where, what to do.
/// </summary>
public sealed class AudioFormatException : Exception
{
    /// <summary>An exception without particulars.</summary>
    public AudioFormatException()
        : base("The file could not be read as sound.")
    {
    }

    /// <summary>An exception with a ready line.</summary>
    /// <param name="message">The whole line.</param>
    public AudioFormatException(string message)
        : base(OneLine.Of(message))
    {
    }

    /// <summary>An exception with a ready line and its cause.</summary>
    /// <param name="message">The whole line.</param>
    /// <param name="innerException">What the system reported.</param>
    public AudioFormatException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }

    /// <summary>Whether the file ended where more was expected: a decoder may then give what came before.</summary>
    internal bool IsAtTheEnd { get; init; }

    /// <summary>Builds the line `file: problem; remedy`.</summary>
    /// <param name="file">The file's name; its control characters become `?` so that the line stays one.</param>
    /// <param name="problem">What is wrong, and where.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="cause">What the system reported, when it did.</param>
    /// <param name="isAtTheEnd">What <see cref="IsAtTheEnd"/> is to be.</param>
    internal static AudioFormatException Of(
        string file, string problem, string remedy, Exception? cause = null, bool isAtTheEnd = false)
    {
        string line = string.Create(file.Length, file, static (characters, source) =>
        {
            for (int i = 0; i < characters.Length; i++)
            {
                characters[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
        line = $"{line}: {problem}; {remedy}.";
        return cause is null
            ? new AudioFormatException(line) { IsAtTheEnd = isAtTheEnd }
            : new AudioFormatException(line, cause);
    }
}
