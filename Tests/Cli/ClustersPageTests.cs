using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using NativeCnn.Cli.Commands;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Sweeps;
using NativeCnn.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace NativeCnn.Tests.Cli;

/// <summary>docs/clusters.md and its examples: what they start is a command that there is.</summary>
public sealed partial class ClustersPageTests
{
    public static TheoryData<string> Commands =>
    [
        .. DocumentPage.HasSources
            ? new[] { "clusters.md", "clusters/train.sbatch", "clusters/sweep-array.sbatch", "clusters/sweep.toml" }
                .SelectMany(file => TextOf(file).Split('\n'))
                .Select(line => OneCommand().Match(line)).Where(match => match.Success)
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

    [SkippableFact]
    public void TheIndexedJobOfKubernetes_IsYaml_WithACommandThatParsesAndAVolumeThatIsThere()
    {
        Skip.IfNot(DocumentPage.HasSources, "the sources are not here");
        var yaml = new YamlStream();
        using var text = new StringReader(TextOf("clusters/sweep-job.yaml"));
        yaml.Load(text);

        var job = (YamlMappingNode)yaml.Documents.Single().RootNode;
        Assert.Equal("batch/v1", job["apiVersion"].ToString());
        Assert.Equal("Job", job["kind"].ToString());
        Assert.Equal("Indexed", job["spec"]["completionMode"].ToString());
        Assert.Equal(job["spec"]["completions"].ToString(), job["spec"]["parallelism"].ToString());
        YamlNode pod = job["spec"]["template"]["spec"];
        YamlNode worker = ((YamlSequenceNode)pod["containers"]).Single();
        Assert.Equal(
            ((YamlSequenceNode)pod["volumes"]).Single()["name"].ToString(),
            ((YamlSequenceNode)worker["volumeMounts"]).Single()["name"].ToString());
        EveryCommand_Parses(string.Join(' ', (YamlSequenceNode)worker["command"]));
    }

    [SkippableTheory]
    [InlineData("bash", "-n", "clusters/train.sbatch")]
    [InlineData("bash", "-n", "clusters/sweep-array.sbatch")]
    [InlineData("python3", "-c", "clusters/ray_sweep.py")]
    public void Script_IsOneOfItsLanguage(string program, string option, string file)
    {
        Skip.IfNot(DocumentPage.HasSources, "the sources are not here");
        Skip.IfNot(OperatingSystem.IsLinux() && IsThere(program), $"there is no {program} here");

        // As py_compile does, which would leave a file.
        string[] arguments = program == "bash" ? [option, DocumentPage.PathOf(file)]
            : [option, "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')", DocumentPage.PathOf(file)];
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = run.StandardError.ReadToEnd();
        run.WaitForExit();

        Assert.True(run.ExitCode == 0, error);
    }

    [SkippableFact]
    public void TheExampleOfASweep_IsOne()
    {
        Skip.IfNot(DocumentPage.HasSources, "the sources are not here");

        SweepPlan plan = SweepPlan.Load(DocumentPage.PathOf("clusters/sweep.toml"), SweepArguments.Names);

        Assert.Equal((27, 3), (plan.Jobs.Count, plan.Batches));
        Assert.All(Enumerable.Range(0, 27), job => Assert.NotNull(SweepArguments.Read(plan.SettingsOf(job))));
    }

    [SkippableFact]
    public void RaysPage_StartsACommandThatParses()
    {
        Skip.IfNot(DocumentPage.HasSources, "the sources are not here");
        Match command = Regex.Match(TextOf("clusters/ray_sweep.py"), @"command = \[(.*)\]");

        string[] words = [.. command.Groups[1].Value.Split(", ").Select(word => word.Trim('"'))];
        EveryCommand_Parses(string.Join(' ', words).Replace("str(cpus)", "4", StringComparison.Ordinal));
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string TextOf(string name) => File.ReadAllText(DocumentPage.PathOf(name));

    [GeneratedRegex("nativecnn (train|sweep) [^`#]*")]
    private static partial Regex OneCommand();
}
