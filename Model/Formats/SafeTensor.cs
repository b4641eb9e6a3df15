// One tensor of a safetensors file: a type, a shape and its little-endian bytes, row-major.
// Its views do not copy: they read the bytes where they lie, on little-endian machines, which all those of ILGPU are.

using System.Runtime.InteropServices;

namespace NativeCnn.Model.Formats;

/// <summary>A tensor as it lies in a safetensors file, row-major and little-endian.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class SafeTensor
{
    /// <summary>Wraps bytes that are a tensor already; they are not copied.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The shape; empty for a scalar.</param>
    /// <param name="bytes">The elements, row-major and little-endian.</param>
    /// <exception cref="ArgumentException">
    /// A dimension is negative, or the bytes are not as many as type and shape ask for.
    /// </exception>
    public SafeTensor(SafeTensorType type, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> bytes)
    {
        long expected = ElementCount.Of(shape) * type.SizeInBytes();
        if (bytes.Length != expected)
        {
            throw new ArgumentException(
                $"{type} {Describe(shape)} takes {expected} bytes; got {bytes.Length}.", nameof(bytes));
        }

        Type = type;
        Shape = shape.ToArray();
        Bytes = bytes;
    }

    /// <summary>The element type.</summary>
    public SafeTensorType Type { get; }

    /// <summary>The shape; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>The elements, row-major and little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The number of elements: the product of <see cref="Shape"/>, 1 for a scalar.</summary>
    public int Count => Bytes.Length / Type.SizeInBytes();

    /// <summary>Copies values into a tensor; its type is the safetensors type of <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">float, double, long, int, byte, and the other numbers the format knows.</typeparam>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The shape; nothing for a scalar.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The shape does not hold that many values.</exception>
    /// <exception cref="NotSupportedException">The format has no such type.</exception>
    public static SafeTensor From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged =>
        new(TypeOf<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The elements as <see cref="float"/>, not copied.</summary>
    /// <returns>A view of <see cref="Count"/> elements.</returns>
    /// <exception cref="SafeTensorsException">The tensor is not F32.</exception>
    public ReadOnlySpan<float> AsFloat32() => As<float>();

    /// <summary>The elements as <see cref="double"/>, not copied.</summary>
    /// <returns>A view of <see cref="Count"/> elements.</returns>
    /// <exception cref="SafeTensorsException">The tensor is not F64.</exception>
    public ReadOnlySpan<double> AsFloat64() => As<double>();

    /// <summary>The elements as <see cref="long"/>, not copied.</summary>
    /// <returns>A view of <see cref="Count"/> elements.</returns>
    /// <exception cref="SafeTensorsException">The tensor is not I64.</exception>
    public ReadOnlySpan<long> AsInt64() => As<long>();

    /// <summary>The elements as <see cref="int"/>, not copied.</summary>
    /// <returns>A view of <see cref="Count"/> elements.</returns>
    /// <exception cref="SafeTensorsException">The tensor is not I32.</exception>
    public ReadOnlySpan<int> AsInt32() => As<int>();

    /// <summary>The elements as <typeparamref name="T"/>, not copied.</summary>
    /// <typeparam name="T">The number type that <see cref="Type"/> stands for.</typeparam>
    /// <returns>A view of <see cref="Count"/> elements.</returns>
    /// <exception cref="SafeTensorsException">The tensor is of another type.</exception>
    /// <exception cref="NotSupportedException">The format has no such type.</exception>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged
    {
        SafeTensorType asked = TypeOf<T>();
        return asked == Type
            ? MemoryMarshal.Cast<byte, T>(Bytes.Span)
            : throw new SafeTensorsException($"The tensor {Describe(Shape)} is {Type}, not {asked} as asked for.");
    }

    /// <summary>The type and shape, such as <c>F32 [64, 40, 4]</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Type} {Describe(Shape)}";

    private static string Describe(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    private static SafeTensorType TypeOf<T>()
        where T : unmanaged =>
        default(T) switch
        {
            float => SafeTensorType.F32,
            double => SafeTensorType.F64,
            Half => SafeTensorType.F16,
            bool => SafeTensorType.BOOL,
            byte => SafeTensorType.U8,
            sbyte => SafeTensorType.I8,
            short => SafeTensorType.I16,
            ushort => SafeTensorType.U16,
            int => SafeTensorType.I32,
            uint => SafeTensorType.U32,
            long => SafeTensorType.I64,
            ulong => SafeTensorType.U64,
            _ => throw new NotSupportedException($"safetensors has no type for {typeof(T).Name}; use float or int."),
        };
}
