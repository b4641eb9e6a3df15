// How much work a call of HostWorkers.Run is: nanoseconds that one core takes, about. It decides nothing but whether the
// team is woken, so what it is wrong by costs a few microseconds and never a bit of a result.
namespace NativeCnn.Engine.HostBodies;

/// <summary>Estimates of work, in nanoseconds of one core.</summary>
/// <remarks>Has no state: may be used by several threads at once.</remarks>
public static class HostWork
{
    // What a core does in a nanosecond when its operands are in its caches.
    private const int Floats = 8;
    private const int Operations = 32;

    /// <summary>Work that reads and writes so many numbers and does little else.</summary>
    public static long OfFloats(long floats) => floats / Floats;

    /// <summary>Work of so many floating-point operations in register tiles.</summary>
    public static long OfOperations(long operations) => operations / Operations;

    /// <summary>Work of so many exponentials, logarithms, roots or draws of random numbers.</summary>
    public static long OfFunctions(long elements) => elements;
}
