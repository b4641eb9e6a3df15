// Copies from global to shared memory that go on while their thread does other work, past its registers: cp.async of
// the PTX ISA, on NVIDIA GPUs from sm_80 on. On all other devices the same calls copy at once, and wait for nothing.
//   AsyncCopy.Start(tile, i, view, j, isInside);   // as often as a thread has something to bring
//   AsyncCopy.Commit();                            // a group of copies: all that this thread started since the last
//   AsyncCopy.Wait(1);                             // all groups but the newest have landed, of this thread
//   Group.Barrier();                               // ... and of the others
// Until then nobody may read or write what a copy writes. The device ptx finds who does.
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace NativeCnn.Engine.Kernels;

/// <summary>Asynchronous copies of one thread.</summary>
internal static class AsyncCopy
{
    /// <summary>Starts to copy one element, of 4, 8 or 16 bytes; zero where it is not inside.</summary>
    /// <typeparam name="T">The element; its address must be a multiple of its size on both sides.</typeparam>
    /// <param name="to">In shared memory.</param>
    /// <param name="toIndex">The element that is written.</param>
    /// <param name="from">In global memory, of one element at least.</param>
    /// <param name="fromIndex">The element that is read; anything where it is not inside.</param>
    /// <param name="isInside">False to write zero and read nothing.</param>
    public static void Start<T>(ArrayView<T> to, int toIndex, ArrayView<T> from, int fromIndex, bool isInside)
        where T : unmanaged =>
        // Of no bytes nothing is read; but where indices are checked, this one is, too.
        Copy(ref to[toIndex], ref from[isInside ? fromIndex : 0], isInside ? Interop.SizeOf<T>() : 0);

    /// <summary>Makes a group of the copies that this thread started since the last; it may be empty.</summary>
    [IntrinsicImplementation]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Commit() => AsyncCopyAtOnce.Commit();

    /// <summary>Waits until all groups of copies of this thread have landed but the newest ones.</summary>
    /// <param name="pending">How many may go on; a constant.</param>
    [IntrinsicImplementation]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wait(int pending) => AsyncCopyAtOnce.Wait(pending);

    /// <summary>The copy itself, for <see cref="AsyncCopyCode"/>.</summary>
    /// <param name="to">In shared memory.</param>
    /// <param name="from">In global memory.</param>
    /// <param name="bytes">Bytes that are read; zeros follow.</param>
    [IntrinsicImplementation]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Copy<T>(ref T to, ref T from, int bytes) where T : unmanaged =>
        AsyncCopyAtOnce.Copy(ref to, ref from, bytes);
}
