// Messages of exceptions are one line, whatever a file is called or holds: control characters are written out.
namespace NativeCnn.Engine.Messages;

/// <summary>Text that stays on its line and does nothing to a terminal.</summary>
public static class OneLine
{
    /// <summary>
    /// The text with line breaks as spaces and every other control character written out, as <c>\u001b</c>: a name of
    /// a file or a class may hold what moves the cursor or colours the screen.
    /// </summary>
    /// <param name="text">The text; null gives an empty one.</param>
    public static string Of(string? text)
    {
        if (text is null || !text.Any(IsControl))
        {
            return text ?? "";
        }

        return string.Concat(text.ReplaceLineEndings(" ").Select(
            one => IsControl(one) ? $"\\u{(int)one:x4}" : $"{one}"));
    }

    // The second and third: other line breaks of Unicode, and marks that turn the direction of what follows.
    private static bool IsControl(char one) => char.IsControl(one)
        || one is '\u2028' or '\u2029'
        || one is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
