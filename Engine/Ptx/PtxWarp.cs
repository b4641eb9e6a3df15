using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Ptx;

/// <summary>32 threads of a group that execute in step, and their registers.</summary>
internal unsafe struct PtxWarp
{
    /// <summary>Threads of a warp.</summary>
    public const int Lanes = 32;

    /// <summary>The set of all lanes: a lane is a bit, the first the lowest.</summary>
    public const uint All = uint.MaxValue;

    /// <summary>A register holds its 32 lanes side by side; a predicate is a set of lanes.</summary>
    public byte* Registers;

    /// <summary>The lanes that execute now, as a set.</summary>
    public uint Active;

    /// <summary>The lanes that there are, as a set: the last warp of a group may lack some.</summary>
    public uint Present;

    /// <summary>Its place in the group.</summary>
    public int Index;

    /// <summary>Barriers of this warp alone that it has passed.</summary>
    public int Syncs;

    /// <summary>The local memory of its lanes, one lane after another.</summary>
    public byte* Local;

    /// <summary>For each word of <see cref="Local"/> whether it was written.</summary>
    public bool* LocalWritten;

    /// <summary>The group that it belongs to.</summary>
    public PtxGroup* Group;

    /// <summary>32 words, all bits set where the lane is active; then 32 long ones.</summary>
    private fixed uint masks[Lanes + (2 * Lanes)];

    /// <summary>Sets which lanes execute.</summary>
    public void Activate(uint lanes)
    {
        if (Active == lanes)
        {
            return;
        }

        Active = lanes;
        fixed (uint* words = masks)
        {
            var longs = (ulong*)(words + Lanes);
            for (int lane = 0; lane < Lanes; lane++)
            {
                uint set = (uint)-(int)((lanes >> lane) & 1);
                words[lane] = set;
                longs[lane] = ((ulong)set << 32) | set;
            }
        }
    }

    /// <summary>All bits set in the elements of the active lanes, from one lane on.</summary>
    public readonly Vector512<T> Mask<T>(int lane) where T : unmanaged
    {
        fixed (uint* words = masks)
        {
            return sizeof(T) == sizeof(ulong)
                ? Vector512.Load((ulong*)(words + Lanes) + lane).As<ulong, T>()
                : Vector512.Load(words + lane).As<uint, T>();
        }
    }
}
