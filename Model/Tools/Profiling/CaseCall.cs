using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tools.Profiling;

/// <summary>A case of an operator and the rung with which it launches a kernel.</summary>
/// <param name="Case">The case.</param>
/// <param name="Rung">Ladder and rung in place of the device's own choice; null for that.</param>
internal sealed record CaseCall(KernelCase Case, (string Ladder, int Number)? Rung)
{
    /// <summary><c>matmul=2</c>; null where the device's own choice runs.</summary>
    public string? RungText =>
        Rung is (string ladder, int number) ? FormattableString.Invariant($"{ladder}={number}") : null;

    /// <summary>Plans the call.</summary>
    public Action Plan(ComputeDevice device, string? rungs) => Plan(device, Case.Prepare(device), Rung, rungs);

    /// <summary>The ways to plan a case that may launch a kernel: as the device chooses, then by each rung.</summary>
    public static IEnumerable<(string Ladder, int Number)?> RungsFor(PortableKernel kernel, KernelCase one)
    {
        yield return null;
        if (kernel.Ladder is not null)
        {
            yield return (kernel.Ladder, kernel.Rung);
        }
        else if (one.Ladder is not null && KernelLadder.Find(one.Ladder) is { } ladder)
        {
            foreach (int rung in ladder.Rungs)
            {
                yield return (ladder.Name, rung);
            }
        }
    }

    /// <summary>Plans a call with a rung.</summary>
    public static Action Plan(
        ComputeDevice device, Func<Action> plan, (string Ladder, int Number)? rung, string? rungs)
    {
        device.Rungs.Reset();
        device.Rungs.Override(rungs ?? "");
        if (rung is (string ladder, int number))
        {
            device.Rungs.Override(ladder, number);
        }

        return plan();
    }
}
