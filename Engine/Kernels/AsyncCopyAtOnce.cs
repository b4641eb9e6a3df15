namespace NativeCnn.Engine.Kernels;

/// <summary>What <see cref="AsyncCopy"/> does where copies are not asynchronous, method by method.</summary>
internal static class AsyncCopyAtOnce
{
    /// <summary>Nothing: what was copied is there.</summary>
    public static void Commit()
    {
    }

    /// <summary>Nothing: what was copied is there.</summary>
    /// <param name="pending">Ignored.</param>
    public static void Wait(int pending)
    {
    }

    /// <summary>Copies one element.</summary>
    /// <param name="to">In shared memory.</param>
    /// <param name="from">In global memory.</param>
    /// <param name="bytes">0 for zero, and nothing read.</param>
    public static void Copy<T>(ref T to, ref T from, int bytes) where T : unmanaged => to = bytes > 0 ? from : default;
}
