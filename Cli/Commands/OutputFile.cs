using System.CommandLine;
using NativeCnn.Cli.Errors;

namespace NativeCnn.Cli.Commands;

/// <summary>Files that an option asks for.</summary>
internal static class OutputFile
{
    /// <summary>Refuses a file whose folder is not there: before the work, not after it.</summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    public static void ExpectFolder(Option option, string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
        {
            throw new InputException(
                $"{option.Name}: there is no folder '{folder}' to write '{file}' to; make it first");
        }
    }
}
