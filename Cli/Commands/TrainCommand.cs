// nativecnn train: sounds in, a run folder out.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Sessions;

namespace NativeCnn.Cli.Commands;

internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "train",
            "Trains a classifier and leaves a run folder: config.json, split.csv, model.safetensors, checkpoint/, " +
            "metrics.jsonl, report.html.");
        var options = new TrainOptions();
        options.AddTo(command);
        // What shares jobs are commands of their own, also where srun or mpirun starts them.
        command.SetAction(parsed => options.JobsOf(parsed) is not null
            ? Run(Read(parsed), terminal, new SingleProcess(), isLaunched: false)
            : Together.Run(
                terminal, (own, processes) => Run(Read(parsed), own, processes, ProcessGroup.IsLaunched)));
        return command.WithExamples(
            "nativecnn train",
            "nativecnn train --data sounds/ --epochs 20 --seed 1 --output runs/sounds",
            "nativecnn train --data digits/ --group speaker --folds",
            "nativecnn train --data speech_commands/ --augment background --silence 10% --unknown bed,bird,cat:10%",
            "nativecnn train --resume runs/sounds --epochs 40",
            "mpirun -n 4 nativecnn train --data sounds/ --output runs/sounds");

        TrainRequest Read(ParseResult parsed) =>
            options.Read(parsed) with { Command = ShellWords.CommandOf(parsed) };
    }

    private static int Run(TrainRequest request, Terminal terminal, ICollective processes, bool isLaunched)
    {
        return request.Json ? RunIn(new JsonTrainingView(terminal))
            : terminal.OutputIsTerminal && !isLaunched
                ? LiveBar.During(terminal, bar => RunIn(new LiveTrainingView(bar)))
            : RunIn(new PlainTrainingView(terminal.Line, terminal.Warn));

        int RunIn(ITrainingView view) => Run(
            request, terminal, new TensorBoardView(view, request.TensorBoard && processes.Rank == 0), processes,
            isLaunched);
    }

    private static int Run(
        TrainRequest request, Terminal terminal, ITrainingView view, ICollective processes, bool isLaunched)
    {
        List<string> notes = [];
        TrainPlan plan = request.Resume is null ? TrainPlan.New(request, notes.Add)
            : TrainPlan.Resume(request, notes.Add);
        if (isLaunched)
        {
            plan = Together.Plan(plan, request, processes, notes.Add);
        }

        (plan, ComputeDevice device) = plan.Open(request.Command);
        using (device)
        {
            if (!request.Folds)
            {
                Together.OnFirst(processes, () => plan.CheckFolder(request.Force || request.Resume is not null));
                notes.ForEach(view.Note);
                return WithCacheTrouble(plan, terminal, () => Train(plan, device, terminal, view, processes));
            }
        }

        if (request.Jobs is not null)
        {
            return WithCacheTrouble(plan, terminal, () => FoldJobs.Run(plan, notes, terminal, view));
        }

        return WithCacheTrouble(
            plan, terminal, () => CrossValidate(plan, notes, request.Force, terminal, view));
    }

    /// <summary>A cache that cannot be used costs time and nothing else; that it cannot is said at the end.</summary>
    private static int WithCacheTrouble(TrainPlan plan, Terminal terminal, Func<int> train)
    {
        int code = train();
        if (plan.Clips.Cache?.Trouble is { } trouble)
        {
            terminal.Warn([$"features could not be kept: {trouble} (--cache DIR names another place)"]);
        }

        return code;
    }

    private static int Train(
        TrainPlan plan, ComputeDevice device, Terminal terminal, ITrainingView view, ICollective processes)
    {
        terminal.Interrupted = () => RunFolder.HasCheckpoint(plan.Folder)
            ? $"interrupted; go on with `nativecnn train --resume {plan.Folder}`"
            : "interrupted before the first epoch was done; there is nothing to resume";
        try
        {
            view.Finished(TrainingSession.Run(
                device, plan.Config, plan.Clips, plan.Folder, plan.Resumes, view, processes,
                terminal.Cancellation));
            return ExitCodes.Done;
        }
        catch (OperationCanceledException stopped)
        {
            throw new InterruptedException(terminal.Interrupted(), stopped);
        }
    }

    private static int CrossValidate(
        TrainPlan plan, List<string> notes, bool force, Terminal terminal, ITrainingView view)
    {
        IReadOnlyList<(RunConfig Config, string Folder)> folds =
            CrossValidation.Plan(plan.Config, plan.Clips, plan.Folder);
        foreach ((RunConfig config, string folder) in folds)
        {
            (plan with { Config = config, Folder = folder }).CheckFolder(force);
        }

        notes.ForEach(view.Note);
        terminal.Interrupted = () => $"interrupted; the folds that were done are in '{plan.Folder}'";
        try
        {
            view.FoldsFinished(CrossValidation.Run(folds, plan.Clips, view, terminal.Cancellation));
            return ExitCodes.Done;
        }
        catch (OperationCanceledException stopped)
        {
            throw new InterruptedException(terminal.Interrupted(), stopped);
        }
    }
}
