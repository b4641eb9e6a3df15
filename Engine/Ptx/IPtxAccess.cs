namespace NativeCnn.Engine.Ptx;

/// <summary>Whether an access loads or stores: a type, so that each has compiled code of its own.</summary>
internal interface IPtxAccess
{
    static abstract bool IsStore { get; }
}

/// <summary>From memory to registers.</summary>
internal readonly struct PtxLoad : IPtxAccess
{
    public static bool IsStore => false;
}

/// <summary>From registers to memory.</summary>
internal readonly struct PtxStore : IPtxAccess
{
    public static bool IsStore => true;
}
