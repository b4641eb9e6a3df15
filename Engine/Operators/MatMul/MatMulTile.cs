namespace NativeCnn.Engine.Operators;

/// <summary>One Outer tile: C (+)= A B. Strides count floats.</summary>
internal unsafe struct MatMulTile
{
    /// <summary>The first element of A, from one row to the next and from one k to the next.</summary>
    public float* A;
    public nint ARow;
    public nint AStep;

    /// <summary>The first element of B and from one k to the next.</summary>
    public float* B;
    public nint BStep;

    /// <summary>The first element of C and from one row to the next; <see cref="Add"/> adds to what is there.</summary>
    public float* C;
    public nint CRow;
    public int K;
    public bool Add;
}
