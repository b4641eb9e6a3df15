using System.Diagnostics;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Cli;

/// <summary>What shells complete: by the directive that scripts ask, and in a real shell.</summary>
public class CompletionTests
{
    [Theory]
    [InlineData("nativecnn tr", "train")]
    [InlineData("nativecnn runs d", "diff")]
    [InlineData("nativecnn train --sch", "--schedule")]
    [InlineData("nativecnn train --schedule ", "cosine one-cycle step")]
    [InlineData("nativecnn train --optimizer a", "adam adamw")]
    [InlineData("nativecnn train --model ", "article deep small")]
    [InlineData("nativecnn train --features ", "mfcc raw")]
    [InlineData("nativecnn train --augment ", "noise mixup none")]
    [InlineData("nativecnn train --device ", "auto cpu cuda")]
    [InlineData("nativecnn train --best ", "accuracy loss")]
    [InlineData("nativecnn evaluate runs/a --part ", "train test")]
    [InlineData("nativecnn model summary ", "deep tiny")]
    [InlineData("nativecnn model layers conv", "conv1d")]
    [InlineData("nativecnn data fetch ", "fsdd esc50")]
    [InlineData("nativecnn kernels show conv1d.f", "conv1d.forward")]
    [InlineData("nativecnn completion ", "bash zsh fish pwsh")]
    public void Directive_OfALine_OffersCommandsOptionsAndValues(string line, string offered)
    {
        string[] found = Offered(line);
        Assert.All(offered.Split(' '), one => Assert.Contains(one, found));
    }

    [Theory]
    [InlineData("nativecnn train --data ")]
    [InlineData("nativecnn train --resume ")]
    public void Directive_OfAPath_OffersNothingSoThatTheShellHasItsFiles(string line) =>
        Assert.DoesNotContain(Offered(line), one => one.Length > 0 && one[0] is not ('-' or '/'));

    [Fact]
    public void Completion_OfAShellThatIsNotThere_NamesTheNearest() =>
        CliRun.Of("completion", "bsh").FailedNaming("did you mean 'bash'?");

    [SkippableFact]
    public void Script_OfBash_CompletesCommandsOptionsValuesAndFiles()
    {
        Skip.IfNot(ProcessRun.IsPossible && IsThere("bash"), "there is no bash to try it in");
        using SoundFolder folder = new();
        File.WriteAllText(folder["sounds.csv"], "");

        // compgen -f stands for what `complete -o default` does where a function offers nothing.
        string script = $$"""
            nativecnn() { {{ProcessRun.ShellCommand}} "$@"; }
            source <(nativecnn completion bash)
            complete -p nativecnn
            try() {
                COMP_LINE="$1"; COMP_POINT=${#1}
                local IFS=$' \t\n'
                COMP_WORDS=($1); [[ $1 == *' ' ]] && COMP_WORDS+=("")
                [[ $1 == *=* ]] && COMP_WORDS=(${1/=/ = })
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _nativecnn
                echo "$1> ${COMPREPLY[*]}"
            }
            try 'nativecnn tr'
            try 'nativecnn train --sch'
            try 'nativecnn train --schedule cons'
            try 'nativecnn train --optimizer=ada'
            try 'nativecnn train --data '
            try 'nativecnn predict '
            """;

        string[] lines = LinesOf("bash", script);

        Assert.Equal("complete -o bashdefault -o default -F _nativecnn nativecnn", lines[0]);
        Assert.Equal(
            [
                "nativecnn tr> train", "nativecnn train --sch> --schedule",
                "nativecnn train --schedule cons> constant", "nativecnn train --optimizer=ada> adam adamw",
                "nativecnn train --data > ", "nativecnn predict > ",
            ],
            lines[1..]);
    }

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Script_OfZsh_CompletesInARealLine()
    {
        Skip.IfNot(ProcessRun.IsPossible && IsThere("zsh"), "there is no zsh to try it in");
        using SoundFolder folder = new();

        // A line editor of its own below zpty; ^X lists what Tab would offer.
        string script = $$"""
            zmodload zsh/zpty
            zpty line zsh -f -i
            send() { zpty -w line "$1"; }
            send "PS1='ready> '; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -D -u"
            send "nativecnn() { {{ProcessRun.ShellCommand}} \"\$@\" }"
            send "source <(nativecnn completion zsh)"
            send "echo set-''up"
            zpty -r line seen '*set-up*'
            zpty -w -n line $'nativecnn train --schedule cosi\t'
            zpty -r line seen '*cosine*' && echo completed
            zpty -d line
            """;

        Assert.Contains("completed", LinesOf("zsh", script));
    }

    [SkippableFact]
    [Trait(Slow.Category, Slow.Name)]
    public void Script_OfFish_CompletesInARealLine()
    {
        Skip.IfNot(ProcessRun.IsPossible && IsThere("fish"), "there is no fish to try it in");
        string script = $$"""
            function nativecnn; {{ProcessRun.ShellCommand}} $argv; end
            nativecnn completion fish | source
            complete -C 'nativecnn tr'
            complete -C 'nativecnn train --schedule co'
            """;

        string[] lines = LinesOf("fish", script);
        Assert.Contains("train", lines);
        Assert.Contains("cosine", lines);
    }

    private static string[] Offered(string line) =>
        CliRun.Of($"[suggest:{line.Length}]", line).Succeeded().Output;

    private static bool IsThere(string shell) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, shell)));

    private static string[] LinesOf(string shell, string script)
    {
        using Process process = Process.Start(new ProcessStartInfo(
            shell, [.. shell == "bash" ? ["--norc"] : shell == "zsh" ? ["-f"] : new[] { "--no-config" }, "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), "the shell does not end");
        Assert.True(process.ExitCode == 0 || output.Length > 0, error.Result);
        return output.TrimEnd('\n').Split('\n');
    }
}
