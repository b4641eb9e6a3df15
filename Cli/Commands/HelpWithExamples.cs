using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace NativeCnn.Cli.Commands;

/// <summary>The usual help page, closed by the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = usual.Invoke(parseResult);
        if (Examples.Of(parseResult.CommandResult.Command) is { Count: > 0 } examples)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in examples)
            {
                output.WriteLine($"  {example}");
            }
        }

        return exitCode;
    }
}
