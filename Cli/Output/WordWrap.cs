namespace NativeCnn.Cli.Output;

/// <summary>Text in lines that end between words.</summary>
internal static class WordWrap
{
    /// <summary>A text in lines of at most so many columns; a longer word has a line of its own.</summary>
    /// <param name="text">The text; its own line breaks stay, and so do spaces that begin a line.</param>
    /// <param name="width">Columns of a line.</param>
    /// <param name="indent">What lines begin with that go on, behind the spaces of the first one.</param>
    public static IEnumerable<string> Lines(string text, int width, string indent = "  ")
    {
        foreach (string paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            foreach (string line in Paragraph(paragraph, width, indent))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Paragraph(string text, int width, string indent)
    {
        if (text.Length <= width)
        {
            yield return text;
            yield break;
        }

        string own = text[..(text.Length - text.TrimStart(' ').Length)];
        string row = own;
        bool hasWord = false;
        foreach (string word in text[own.Length..].Split(' '))
        {
            if (hasWord && row.Length + 1 + word.Length > width)
            {
                yield return row.TrimEnd();
                row = own + indent;
                hasWord = false;
                if (word.Length == 0)
                {
                    continue;
                }
            }

            row = hasWord ? $"{row} {word}" : row + word;
            hasWord |= word.Length > 0;
        }

        yield return row.TrimEnd();
    }
}
