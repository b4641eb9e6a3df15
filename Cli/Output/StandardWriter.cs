// Standard output and standard error as they may be found: closed, full, or read by nobody any more. What cannot be told
// is not worth an abort; results that cannot be written end the command with a sentence.
using System.Text;
using Microsoft.Win32.SafeHandles;
using NativeCnn.Model.Formats;

namespace NativeCnn.Cli.Output;

/// <summary>One of the two streams of the process.</summary>
/// <param name="inner">Where it goes.</param>
/// <param name="isNeeded">
/// True throws <see cref="FileWriteException"/> where it cannot be written; false passes over it, as for standard error.
/// </param>
internal sealed class StandardWriter(TextWriter inner, bool isNeeded) : TextWriter
{
    private static readonly List<SafeFileHandle> Placeholders = [];

    public override Encoding Encoding => inner.Encoding;

    /// <summary>
    /// Where the process was started without standard input, output or error (<c>&gt;&amp;-</c>), the next files that it
    /// opens would take their places, and what is printed would go into them. /dev/null takes them first.
    /// </summary>
    public static void HoldPlaces()
    {
        const int last = 2;
        while (!OperatingSystem.IsWindows())
        {
            SafeFileHandle handle = File.OpenHandle(
                "/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (handle.DangerousGetHandle() > last)
            {
                handle.Dispose();
                return;
            }

            Placeholders.Add(handle);
        }
    }

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        string text = buffer.ToString();
        Try(() => inner.Write(text));
    }

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine() => Try(inner.WriteLine);

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (isNeeded)
            {
                throw error is IOException && FileWriteException.Named("standard output", error) is { } named
                    ? named
                    : new FileWriteException(
                        "cannot write standard output: it is closed, or not to be written to; redirect it to a file or "
                        + "to /dev/null", error);
            }
        }
    }
}
