// What `--version` prints: that of Directory.Build.props, also where the commands run in another program.
using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using NativeCnn.Cli.Errors;

namespace NativeCnn.Cli.Commands;

/// <summary>Prints the version of the program.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(
            typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion);
        return ExitCodes.Done;
    }
}
