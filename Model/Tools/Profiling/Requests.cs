namespace NativeCnn.Tools.Profiling;

/// <summary>Requests of warps to a memory.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Count">How many.</param>
/// <param name="Taken">Sectors of 32 bytes of global memory, or turns of shared memory, that they took.</param>
/// <param name="Ideal">The fewest that would have held the same bytes, or without conflicts of banks.</param>
public sealed record Requests(double Count, double Taken, double Ideal)
{
    /// <summary>Sectors or turns a request.</summary>
    public double Mean => Count > 0 ? Taken / Count : 0;

    /// <summary>The fewest a request.</summary>
    public double IdealMean => Count > 0 ? Ideal / Count : 0;

    /// <summary>Turns of shared memory that conflicts of banks cost.</summary>
    public double Conflicts => Taken - Ideal;

    /// <summary>All together.</summary>
    public static Requests Sum(IEnumerable<Requests> all) => all.Aggregate(
        new Requests(0, 0, 0),
        (sum, one) => new Requests(sum.Count + one.Count, sum.Taken + one.Taken, sum.Ideal + one.Ideal));
}
