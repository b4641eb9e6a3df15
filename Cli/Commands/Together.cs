// A command that several processes do together, started by mpirun, mpiexec or srun: the first one speaks.
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Model.Clusters;

namespace NativeCnn.Cli.Commands;

internal static class Together
{
    /// <summary>Shards of a mini-batch where processes train together and nobody says how many.</summary>
    private const int UsualShards = 8;

    // How long a process has for an end of its own once another ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Does something with the processes that this one was started with.</summary>
    /// <param name="terminal">What the first process writes to.</param>
    /// <param name="action">Given what this process writes to, and the processes.</param>
    public static int Run(Terminal terminal, Func<Terminal, ICollective, int> action)
    {
        if (!ProcessGroup.IsLaunched)
        {
            return action(terminal, new SingleProcess());
        }

        Terminal own = ProcessGroup.Speaks ? terminal
            : new Terminal(TextWriter.Null, TextWriter.Null, false, false, terminal.Cancellation);
        ICollective? processes = null;
        try
        {
            processes = ProcessGroup.Join(what => EndSoon(what, processes!, terminal));
            int code = action(own, processes);
            processes.Dispose();
            return code;
        }
        catch (Exception error)
        {
            bool isLoss = error is ClusterException { IsLoss: true };
            if (!isLoss && processes is not null)
            {
                ProcessGroup.Leave(processes, error.Message);
            }

            if (!(isLoss ? Speaks(processes!, error.Message) : ProcessGroup.Speaks))
            {
                error.Data[Failures.Unspoken] = true;
            }

            throw;
        }
    }

    /// <summary>What several processes need of a plan: shards, one folder, threads that share the machine.</summary>
    public static TrainPlan Plan(
        TrainPlan plan, TrainRequest request, ICollective processes, Action<string> note)
    {
        if (request.Folds)
        {
            throw new InputException(
                "--folds trains one fold after another, which processes of MPI do not share: leave mpirun out, or " +
                "train without --folds");
        }

        if (plan.Config.Training.Shards == 0)
        {
            if (plan.Resumes)
            {
                throw new InputException(
                    $"the run '{plan.Folder}' was trained without --shards, which processes need that train " +
                    "together: resume it without mpirun");
            }

            plan = plan with
            {
                Config = plan.Config with
                {
                    Training = plan.Config.Training with { Shards = UsualShards },
                },
            };
            note(
                $"mini-batches are cut into {UsualShards} shards, which batch normalisation sees by themselves: the " +
                "same weights with any number of processes up to that (--shards changes it, and the weights)");
        }

        (_, int count) = processes.OnThisMachine();
        int workers = plan.Config.Workers > 0 ? plan.Config.Workers : Math.Max(1, Environment.ProcessorCount / count);
        note(
            $"{processes.Count} processes on {processes.About}, {workers} thread{(workers == 1 ? "" : "s")} each");
        return plan with
        {
            Config = plan.Config with { Workers = workers },
            Folder = processes.GatherTexts(plan.Folder)[0],
        };
    }

    /// <summary>Lets the first process do something that the others need not; all fail where it fails.</summary>
    public static void OnFirst(ICollective processes, Action action) => processes.OnFirst<object>(() =>
    {
        action();
        return action;
    });

    /// <summary>The first process says what happened; where that is what ended, the second.</summary>
    private static bool Speaks(ICollective processes, string what) =>
        processes.Rank == (what.StartsWith("process 0 ", StringComparison.Ordinal) ? 1 : 0);

    private static void EndSoon(string what, ICollective processes, Terminal terminal) => new Thread(() =>
    {
        Thread.Sleep(Patience);
        if (Speaks(processes, what))
        {
            terminal.Complain(what);
        }

        Environment.Exit(ExitCodes.Failed);
    })
    {
        IsBackground = true,
        Name = "end with the others",
    }.Start();
}
