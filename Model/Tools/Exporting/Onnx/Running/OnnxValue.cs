using System.Runtime.InteropServices;
using DataType = NativeCnn.Tools.Exporting.Onnx.TensorProto.Types.DataType;

namespace NativeCnn.Tools.Exporting.Onnx.Running;

/// <summary>A value of a graph: floats, or integers; truth is 0 or 1.</summary>
/// <remarks>What it holds is not changed once an operator has given it.</remarks>
internal sealed class OnnxValue
{
    /// <summary>The most numbers of a value.</summary>
    public const int MostNumbers = 1 << 26;

    private OnnxValue(int[] shape, float[]? floats, long[]? integers)
    {
        Shape = shape;
        this.floats = floats;
        this.integers = integers;
        int count = CountOf(shape);
        if ((floats?.Length ?? integers!.Length) != count)
        {
            throw new OnnxException($"[{string.Join(", ", shape)}] are {count} numbers, and others came");
        }
    }

    private readonly float[]? floats;
    private readonly long[]? integers;

    /// <summary>Its dimensions; none for a single number.</summary>
    public int[] Shape { get; }

    /// <summary>How many numbers it has.</summary>
    public int Count => floats?.Length ?? integers!.Length;

    /// <summary>Whether it has floats.</summary>
    public bool IsFloat => floats is not null;

    /// <summary>Its floats, row-major.</summary>
    public float[] Floats => floats ?? throw new OnnxException("floats were expected, and integers came");

    /// <summary>Its integers, row-major.</summary>
    public long[] Integers => integers ?? throw new OnnxException("integers were expected, and floats came");

    /// <summary>Floats of a shape.</summary>
    public static OnnxValue Of(int[] shape, float[] floats) => new(shape, floats, null);

    /// <summary>Integers of a shape.</summary>
    public static OnnxValue Of(int[] shape, long[] integers) => new(shape, null, integers);

    /// <summary>The same numbers in another shape.</summary>
    public OnnxValue As(int[] shape) => new(shape, floats, integers);

    /// <summary>Numbers of this value by their places, in another shape.</summary>
    public OnnxValue Taken(int[] shape, Func<int, int> placeOf)
    {
        int count = CountOf(shape);
        return floats is not null
            ? Of(shape, Each(floats, count, placeOf))
            : Of(shape, Each(integers!, count, placeOf));
    }

    /// <summary>A constant of a file.</summary>
    /// <exception cref="OnnxException">
    /// Its numbers are of a type that is not read, or not as many as its shape says.
    /// </exception>
    public static OnnxValue Of(TensorProto tensor)
    {
        int[] shape = [.. tensor.Dims.Select(one => one is >= 0 and <= MostNumbers
            ? (int)one
            : throw new OnnxException($"'{tensor.Name}' has a dimension of {one}"))];
        ReadOnlySpan<byte> bytes = tensor.RawData.Span;
        return (DataType)tensor.DataType switch
        {
            DataType.Float => Of(shape, MemoryMarshal.Cast<byte, float>(bytes).ToArray()),
            DataType.Int64 => Of(shape, MemoryMarshal.Cast<byte, long>(bytes).ToArray()),
            _ => throw new OnnxException($"'{tensor.Name}' has numbers of type {tensor.DataType}"),
        };
    }

    /// <summary>How many numbers a shape has.</summary>
    public static int CountOf(ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int one in shape)
        {
            count *= one;
            if (one < 0 || count > MostNumbers)
            {
                throw new OnnxException(
                    $"[{string.Join(", ", shape.ToArray())}] are more numbers than are computed here");
            }
        }

        return (int)count;
    }

    private static T[] Each<T>(T[] from, int count, Func<int, int> placeOf)
    {
        var taken = new T[count];
        for (int i = 0; i < count; i++)
        {
            taken[i] = from[placeOf(i)];
        }

        return taken;
    }
}
