// nativecnn data: what a data set holds, which ones can be fetched, and fetching them.
using System.CommandLine;
using NativeCnn.Cli.Output;

namespace NativeCnn.Cli.Commands;

internal static class DataCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("data", "Describes data sets, and fetches published ones.")
        {
            DescribeCommand.Create(terminal),
            FetchCommand.CreateList(terminal),
            FetchCommand.Create(terminal),
        };
        return command.WithExamples(
            "nativecnn data describe sounds/", "nativecnn data list", "nativecnn data fetch fsdd");
    }
}
