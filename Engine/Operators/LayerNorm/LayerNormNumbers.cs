using System.Numerics;

namespace NativeCnn.Engine.Operators;

/// <summary>A planned layer normalisation as both bodies take it.</summary>
internal readonly struct LayerNormNumbers
{
    // A warp reads 32 neighbouring steps of a channel.
    private const int MostColumns = 32;

    public readonly int Batch;
    public readonly int Channels;
    public readonly int Length;

    /// <summary>Time steps that a group of threads of the portable kernels has, side by side: a power of two.</summary>
    public readonly int Columns;
    public readonly float Epsilon;

    public LayerNormNumbers(LayerNormShape shape, float epsilon)
    {
        Batch = shape.Batch;
        Channels = shape.Channels;
        Length = shape.Length;
        Columns = (int)Math.Min(MostColumns, BitOperations.RoundUpToPowerOf2((uint)shape.Length));
        Epsilon = epsilon;
    }

    /// <summary>Groups of threads of a clip.</summary>
    public int TilesOfClip => (Length + Columns - 1) / Columns;

    /// <summary>Groups of threads for all clips.</summary>
    public int Tiles => Batch * TilesOfClip;
}
