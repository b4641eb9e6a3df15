using System.Runtime.CompilerServices;
using ILGPU;

namespace NativeCnn.Engine.Kernels;

/// <summary>The address behind a view in the machine's own memory.</summary>
internal static unsafe class ViewAddress
{
    /// <summary>The first element's address. Only views on the CPU accelerator have one.</summary>
    public static T* HostAddress<T>(this ArrayView<T> view) where T : unmanaged =>
        view.Length == 0 ? null : (T*)Unsafe.AsPointer(ref view[0L]);
}
