using System.Diagnostics;
using NativeCnn.Tools.Fetch;

namespace NativeCnn.Cli.Commands;

/// <summary>Progress as lines, some seconds apart, where nobody watches a bar.</summary>
internal sealed class FetchLines(string name, TextWriter output)
{
    private const double SecondsBetween = 5;

    private long last;
    private FetchStage? lastStage;

    public static string Verb(FetchStage stage) => stage switch
    {
        FetchStage.Download => "downloading",
        FetchStage.Check => "checking",
        _ => "unpacking",
    };

    public void Show(FetchStage stage, long done, long? total)
    {
        if (stage == lastStage && Stopwatch.GetElapsedTime(last).TotalSeconds < SecondsBetween)
        {
            return;
        }

        lastStage = stage;
        last = Stopwatch.GetTimestamp();
        string of = total is { } all ? $" of {Output.Show.Count(all >> 20)}" : "";
        output.WriteLine($"{name}: {Verb(stage)}, {Output.Show.Count(done >> 20)}{of} MiB");
    }
}
