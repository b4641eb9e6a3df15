using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The tables of a <see cref="FourierPlan"/> as the host bodies read them.</summary>
internal readonly unsafe struct LanePlan(FourierPlan plan)
{
    public readonly int Length = plan.Length;
    public readonly int Points = plan.Points;
    public readonly int ChirpPoints = plan.ChirpPoints;
    public readonly float* Roots = plan.Roots.Address;
    public readonly int* Order = plan.Order!.Address;
    public readonly float* ChirpRoots = plan.ChirpRoots is null ? null : plan.ChirpRoots.Address;
    public readonly float* Chirp = plan.Chirp is null ? null : plan.Chirp.Address;
    public readonly float* ChirpFilter = plan.ChirpFilter is null ? null : plan.ChirpFilter.Address;
    public readonly int* ChirpOrder = plan.ChirpOrder is null ? null : plan.ChirpOrder.Address;

    /// <summary>Whether pairs of samples are the points.</summary>
    public bool IsEven => Length % 2 == 0;

    /// <summary>Floats that <see cref="LaneChirp{TVector}"/> needs beside the signal.</summary>
    public static long WorkLength(FourierPlan plan) => 4L * plan.ChirpPoints * HostSimd.Lanes;
}
