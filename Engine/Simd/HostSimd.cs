using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Simd;

/// <summary>The vector width that host bodies use on this processor.</summary>
public static class HostSimd
{
    /// <summary>float32 lanes in the widest vector that runs in hardware: 16, 8 or 4.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>
    /// float32 lanes of the widest such vector that a run of so many fills: 16, 8 or 4; 1 where it fills none.
    /// </summary>
    internal static int LanesFor(int length) =>
        length >= Lanes ? Lanes
        : length >= 8 && Lanes > 8 ? 8
        : length >= 4 ? 4 : 1;

    /// <summary>A short name of the processor and its vectors, such as <c>X64 with 512-bit vectors</c>.</summary>
    public static string Describe() =>
        $"{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture} with {Lanes * 32}-bit vectors";
}
