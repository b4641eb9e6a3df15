using System.CommandLine;
using System.Text.RegularExpressions;
using NativeCnn.Cli.Commands;
using NativeCnn.Cli.Output;
using NativeCnn.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace NativeCnn.Tests.Cli;

/// <summary>docs/clusters.md and its examples: what they start is a command that there is.</summary>
public sealed partial class ClustersPageTests
{
    public static TheoryData<string> Commands =>
    [
        .. DocumentPage.HasSources
            ? TextOf("clusters.md").Split('\n').Concat(TextOf("clusters/train.sbatch").Split('\n'))
                .Select(line => TrainCommand().Match(line)).Where(match => match.Success)
                .Select(match => match.Value).Distinct()
            : ["nativecnn train --shards 8"],
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryCommand_Parses(string command)
    {
        ParseResult parsed = CommandTree.Create(new Terminal(TextWriter.Null, TextWriter.Null, false, false, default))
            .Parse(command.Replace("\"$SLURM_CPUS_PER_TASK\"", "16", StringComparison.Ordinal)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]);

        Assert.Empty(parsed.Errors);
    }

    [SkippableFact]
    public void TheJobOfKubernetes_IsYaml_WithACommandThatParses()
    {
        Skip.IfNot(DocumentPage.HasSources, "the sources are not here");
        var yaml = new YamlStream();
        using var text = new StringReader(TextOf("clusters/mpijob.yaml"));
        yaml.Load(text);

        var job = (YamlMappingNode)yaml.Documents.Single().RootNode;
        Assert.Equal("MPIJob", job["kind"].ToString());
        YamlNode replicas = job["spec"]["mpiReplicaSpecs"];
        var command = (YamlSequenceNode)
            ((YamlSequenceNode)replicas["Launcher"]["template"]["spec"]["containers"])[0]["command"];
        string[] words = [.. command.Select(word => word.ToString())];
        Assert.Equal(replicas["Worker"]["replicas"].ToString(), words[2]);
        EveryCommand_Parses(string.Join(' ', words[3..]));
    }

    private static string TextOf(string name) => File.ReadAllText(DocumentPage.PathOf(name));

    [GeneratedRegex("nativecnn train [^`#]*")]
    private static partial Regex TrainCommand();
}
