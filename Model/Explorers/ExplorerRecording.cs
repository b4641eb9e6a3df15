// A few training steps, one after the other, on the same clips: what is kept of each is what the device computed.
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Capsules;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Explorers;

/// <summary>Training steps with the numbers that a page shows.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class ExplorerRecording
{
    private ExplorerRecording(
        ExplorerStart start, ExplorerSize size, NetworkGraph graph, string device, KeptNumbers kept, float[] input,
        IReadOnlyList<ExplorerStep> steps)
    {
        Start = start;
        Size = size;
        Graph = graph;
        Device = device;
        Kept = kept;
        Input = input;
        Steps = steps;
    }

    /// <summary>The step that it begins with.</summary>
    public ExplorerStart Start { get; }

    /// <summary>How much of it is kept.</summary>
    public ExplorerSize Size { get; }

    /// <summary>
    /// What is not kept, in a sentence that names the option which decides; null where everything is.
    /// </summary>
    public string? LeftOut
    {
        get
        {
            GraphNode[] cut =
            [
                .. Graph.Nodes.Prepend(Graph.Input).Where(node => Kept.Places[node].Length < node.Output[0]),
            ];
            string[] kept =
            [
                .. cut.Take(1).Select(node =>
                    $"the first {Size.Keep} channels or units of a layer ({node.Name}: {Kept.Places[node].Length} of " +
                    $"{node.Output[0]})"),
                .. Size.Clips < Size.ClipsAsked ? [$"{Size.Clips} of {Size.ClipsAsked} clips"] : Array.Empty<string>(),
                .. Size.Steps < Size.StepsAsked ? [$"{Size.Steps} of {Size.StepsAsked} steps"] : Array.Empty<string>(),
            ];
            return kept.Length == 0
                ? null
                : $"the page keeps {string.Join(", ", kept)}; --keep N sets the channels (without it, as " +
                    "many as 2 MB hold), fewer --steps or a smaller --batch-size leave room for more";
        }
    }

    /// <summary>The steps that were recorded, counted from 1 at the beginning of the training.</summary>
    public IReadOnlyList<int> StepNumbers => [.. Steps.Select(step => step.Number)];

    internal NetworkGraph Graph { get; }

    internal string Device { get; }

    internal KeptNumbers Kept { get; }

    internal float[] Input { get; }

    internal IReadOnlyList<ExplorerStep> Steps { get; }

    /// <summary>Trains and records. Each layer runs by itself, so that every number between two is in memory.</summary>
    /// <param name="device">Where.</param>
    /// <param name="start">The first step; the others take its clips again, at its learning rate.</param>
    /// <param name="size">What is kept.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="SafeTensorsException">The first step lacks something that its network needs.</exception>
    public static ExplorerRecording Of(
        ComputeDevice device, ExplorerStart start, ExplorerSize size, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(size);
        (StepSetting setting, IReadOnlyDictionary<string, SafeTensor> given, _) = start.Capsule;
        var execution = new StepExecution(device, setting, given, fused: false);
        Network network = execution.Network;
        string[] buffers = [.. given.Keys.Where(IsBuffer)];
        var kept = new KeptNumbers(
            network.Graph, execution.Plan.Batch, size.Keep, buffers,
            name => network.Parameters.StartOf(network.Parameters.All.First(one => one.Name == name)));
        int[] recorded = [.. new ExplorerOptions { Steps = size.Steps }.Recorded];
        Dictionary<string, float[]> numbers = given.Where(one => one.Key != StepExecution.Targets)
            .ToDictionary(one => one.Key, one => one.Value.AsFloat32().ToArray());
        List<ExplorerStep> steps = [];
        for (int step = 1; step <= recorded[^1]; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step > 1)
            {
                network.Progress.Advance();
            }

            bool isRecorded = recorded.Contains(step);
            float[] before = isRecorded ? Pick(kept.Parameters) : [];
            foreach (StepTensor one in execution.Run())
            {
                numbers[one.Name.StartsWith(NewPrefix, StringComparison.Ordinal)
                    ? one.Name[NewPrefix.Length..]
                    : one.Name] = one.Values;
            }

            if (isRecorded)
            {
                AddMasks(numbers, execution.Plan);
                steps.Add(new ExplorerStep(
                    setting.Step + step - 1, numbers["loss"][0], before, Pick(kept.Parameters), Pick(kept.Signals)));
            }
        }

        return new ExplorerRecording(
            start, size, network.Graph, device.Info.Selector, kept, Pick([kept.Input]), steps);

        float[] Pick(IEnumerable<KeptTensor> tensors) =>
        [
            .. tensors.SelectMany(tensor => numbers.TryGetValue(tensor.Source, out float[]? values)
                ? tensor.From.Select(i => values[i])
                : tensor.From.Select(_ => float.NaN)),
        ];
    }

    private const string NewPrefix = "new ";

    private static bool IsBuffer(string name) =>
        name.StartsWith(StepExecution.OptimizerPrefix, StringComparison.Ordinal);

    private static void AddMasks(Dictionary<string, float[]> numbers, NetworkPlan plan)
    {
        foreach (PlannedStage stage in plan.PlannedStages)
        {
            if (stage.Stage is DropoutStage dropout)
            {
                numbers[$"mask of {stage.Place.Node.Name}"] = dropout.Mask.ToArray();
            }
        }
    }
}
