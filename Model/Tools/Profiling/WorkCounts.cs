using NativeCnn.Engine.Ptx.Counting;

namespace NativeCnn.Tools.Profiling;

/// <summary>
/// What a launch, or several together, execute and move. Counts of samples are scaled, so they are no whole numbers.
/// </summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record WorkCounts
{
    /// <summary>Instructions of warps by class, in the order of the classes; those that there are.</summary>
    public required IReadOnlyDictionary<string, double> Instructions { get; init; }

    /// <summary>Instructions of threads.</summary>
    public required double ThreadInstructions { get; init; }

    /// <summary>Machine instructions of warps that are left of them, by what ptxas writes.</summary>
    public required double Issued { get; init; }

    /// <summary>Branches with two ways that warps came to, and those where their lanes parted.</summary>
    public required double Branches { get; init; }

    /// <inheritdoc cref="Branches"/>
    public required double DivergentBranches { get; init; }

    /// <summary>Loads from global memory.</summary>
    public required Requests GlobalLoads { get; init; }

    /// <summary>Stores to global memory.</summary>
    public required Requests GlobalStores { get; init; }

    /// <summary>Loads from shared memory.</summary>
    public required Requests SharedLoads { get; init; }

    /// <summary>Stores to shared memory.</summary>
    public required Requests SharedStores { get; init; }

    /// <summary>Different bytes that were read, in whole sectors; of several launches added up.</summary>
    public required double ReadBytes { get; init; }

    /// <summary>Different bytes that were written.</summary>
    public required double WrittenBytes { get; init; }

    /// <summary>Floating-point operations of threads: a product and sum are two, all else is one.</summary>
    public required double Operations { get; init; }

    /// <summary>Instructions of warps in all.</summary>
    public double WarpInstructions => Instructions.Values.Sum();

    /// <summary>Instructions of fused products and sums, of all that are left for the machine.</summary>
    public double FmaShare => Issued > 0 ? Instructions.GetValueOrDefault(NameOf(PtxClass.Fma)) / Issued : 0;

    /// <summary>Active lanes of an instruction, of 32.</summary>
    public double ActiveLanes => WarpInstructions > 0 ? ThreadInstructions / WarpInstructions / PtxLanes : 0;

    /// <summary>Parted branches of all.</summary>
    public double DivergentShare => Branches > 0 ? DivergentBranches / Branches : 0;

    private const int PtxLanes = 32;

    /// <summary>The work of several launches together.</summary>
    public static WorkCounts Sum(IEnumerable<WorkCounts> launches)
    {
        WorkCounts[] all = [.. launches];
        return new WorkCounts
        {
            Instructions = Enum.GetValues<PtxClass>().Select(NameOf)
                .Select(name => (name, count: all.Sum(one => one.Instructions.GetValueOrDefault(name))))
                .Where(one => one.count > 0)
                .ToDictionary(one => one.name, one => one.count),
            ThreadInstructions = all.Sum(one => one.ThreadInstructions),
            Issued = all.Sum(one => one.Issued),
            Branches = all.Sum(one => one.Branches),
            DivergentBranches = all.Sum(one => one.DivergentBranches),
            GlobalLoads = Requests.Sum(all.Select(one => one.GlobalLoads)),
            GlobalStores = Requests.Sum(all.Select(one => one.GlobalStores)),
            SharedLoads = Requests.Sum(all.Select(one => one.SharedLoads)),
            SharedStores = Requests.Sum(all.Select(one => one.SharedStores)),
            ReadBytes = all.Sum(one => one.ReadBytes),
            WrittenBytes = all.Sum(one => one.WrittenBytes),
            Operations = all.Sum(one => one.Operations),
        };
    }

    internal static WorkCounts Of(PtxLaunchCounts counts)
    {
        double scale = counts.Scale;
        return new WorkCounts
        {
            Instructions = Enum.GetValues<PtxClass>()
                .Select(one => (one, count: counts.Of(one)))
                .Where(one => one.count > 0)
                .ToDictionary(one => NameOf(one.one), one => one.count * scale),
            ThreadInstructions = counts.ThreadInstructions * scale,
            Issued = counts.Issued.Sum() * scale,
            Branches = counts.Branches * scale,
            DivergentBranches = counts.DivergentBranches * scale,
            GlobalLoads = Of(PtxClass.GlobalLoad),
            GlobalStores = Of(PtxClass.GlobalStore),
            SharedLoads = Of(PtxClass.SharedLoad),
            SharedStores = Of(PtxClass.SharedStore),
            ReadBytes = counts.ReadSectors * (double)PtxAccess.SectorBytes * scale,
            WrittenBytes = counts.WrittenSectors * (double)PtxAccess.SectorBytes * scale,
            Operations = OperationsOf(counts) * scale,
        };

        Requests Of(PtxClass kind)
        {
            PtxRequests all = counts.RequestsOf(kind);
            return new Requests(all.Count * scale, all.Taken * scale, all.Ideal * scale);
        }
    }

    /// <summary>The class as JSON and tables name it: <c>global_load</c>.</summary>
    internal static string NameOf(PtxClass kind) =>
        string.Concat($"{kind}".Select((letter, i) => char.IsAsciiLetterUpper(letter)
            ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(letter)}"
            : $"{letter}"));

    private static double OperationsOf(PtxLaunchCounts counts)
    {
        const int ofTensor = 2 * 16 * 8 * 8 / PtxLanes;
        return (2.0 * counts.LanesOf(PtxClass.Fma)) + counts.LanesOf(PtxClass.Multiply) +
            counts.LanesOf(PtxClass.Add) + counts.LanesOf(PtxClass.OtherFloat) + counts.LanesOf(PtxClass.Double) +
            ((double)ofTensor * counts.LanesOf(PtxClass.Tensor));
    }
}
