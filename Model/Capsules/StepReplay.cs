using NativeCnn.Engine.Devices;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Capsules;

/// <summary>What came of a captured step, done again.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Tensors">Every tensor that both have, in the order in which it is computed.</param>
/// <param name="Uncompared">
/// What only one of them has: where layers run together, what stands between them is never in memory.
/// </param>
public sealed record StepReplay(IReadOnlyList<StepDifference> Tensors, IReadOnlyList<string> Uncompared)
{
    /// <summary>The first tensor that differs: what is wrong is computed there. Null where none does.</summary>
    public StepDifference? First => Tensors.FirstOrDefault(one => one.Differing > 0);

    /// <summary>Does a captured step again and compares.</summary>
    /// <param name="device">Where; its rungs may be others.</param>
    /// <param name="capsule">The step.</param>
    /// <param name="fused">False runs each layer by itself.</param>
    /// <param name="allowed">So many ULPs of a tensor's largest number are no difference.</param>
    /// <exception cref="SafeTensorsException">The capsule lacks something that its network needs.</exception>
    public static StepReplay Of(ComputeDevice device, StepCapsule capsule, bool fused, long allowed = 0)
    {
        ArgumentNullException.ThrowIfNull(capsule);
        IReadOnlyList<StepTensor> again = new StepExecution(device, capsule.Setting, capsule.Given, fused).Run();
        Dictionary<string, StepTensor> byName = again.ToDictionary(one => one.Name);
        StepTensor[] both =
        [
            .. capsule.Computed.Where(one => byName.TryGetValue(one.Name, out StepTensor? other) &&
                other.Values.Length == one.Values.Length),
        ];
        HashSet<string> compared = [.. both.Select(one => one.Name)];
        return new StepReplay(
            [.. both.Select(one => StepDifference.Of(one, byName[one.Name], allowed))],
            [
                .. capsule.Computed.Concat(again).Select(one => one.Name).Where(name => !compared.Contains(name))
                    .Distinct(),
            ]);
    }
}
