namespace NativeCnn.Engine.Tensors;

/// <summary>The extents of a tensor, row-major: the last dimension is contiguous. One to four dimensions.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public readonly record struct Shape
{
    private readonly int d0;
    private readonly int d1;
    private readonly int d2;
    private readonly int d3;

    /// <summary>Creates a shape of one to four dimensions.</summary>
    /// <exception cref="ArgumentException">There are no dimensions, more than four, or one below 0.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length is 0 or > 4)
        {
            throw new ArgumentException(
                $"a shape has one to four dimensions, not {dimensions.Length}", nameof(dimensions));
        }

        long length = 1;
        foreach (int dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(dimensions));
            length *= dimension;
            if (length > int.MaxValue)
            {
                throw new ArgumentException(
                    $"[{string.Join(", ", dimensions.ToArray())}] is more than the {int.MaxValue} elements of a tensor",
                    nameof(dimensions));
            }
        }

        Rank = dimensions.Length;
        d0 = dimensions[0];
        d1 = Rank > 1 ? dimensions[1] : 1;
        d2 = Rank > 2 ? dimensions[2] : 1;
        d3 = Rank > 3 ? dimensions[3] : 1;
    }

    /// <summary>Number of dimensions.</summary>
    public int Rank { get; }

    /// <summary>Number of elements.</summary>
    public int Length => Rank == 0 ? 0 : d0 * d1 * d2 * d3;

    /// <summary>The extent of one dimension, counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public int this[int dimension] => dimension >= 0 && dimension < Rank
        ? dimension switch { 0 => d0, 1 => d1, 2 => d2, _ => d3 }
        : throw new ArgumentOutOfRangeException(
            nameof(dimension), dimension, $"the shape {this} has no such dimension");

    /// <summary>The extents as an array.</summary>
    public int[] ToArray()
    {
        int[] all = new int[Rank];
        for (int i = 0; i < Rank; i++)
        {
            all[i] = this[i];
        }

        return all;
    }

    /// <summary>For instance <c>[64, 40, 100]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", ToArray())}]";
}
