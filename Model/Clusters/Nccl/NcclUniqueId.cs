using System.Runtime.InteropServices;

namespace NativeCnn.Model.Clusters.Nccl;

/// <summary>What processes find each other by: <c>ncclUniqueId</c>, 128 bytes that are passed by value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NcclUniqueId
{
    /// <summary>Its bytes.</summary>
    public const int Length = 128;

    private fixed byte bytes[Length];
}
