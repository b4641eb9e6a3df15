using System.Text.Json;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Features.Json;

/// <summary>
/// JSON that is not what it should be. The message is one line: file, line, field, what is allowed, what came.
/// </summary>
internal sealed class JsonTextException : JsonException
{
    /// <summary>Creates the error with the one that caused it.</summary>
    public JsonTextException(string message, Exception? innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
