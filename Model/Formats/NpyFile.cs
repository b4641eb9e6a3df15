// Reads and writes NumPy's .npy, so that features can be looked at with np.load. Little-endian float32 and float64, C
// order:
//   6 bytes      \x93NUMPY
//   2 bytes      version: 1.0 or 2.0
//   2 or 4       the size of the header, unsigned, little-endian: 2 bytes in version 1.0, 4 in 2.0
//   the header   a Python dict, {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, spaces, a newline
//   the rest     the elements; they begin at a multiple of 64
// Format: numpy.org/doc/stable/reference/generated/numpy.lib.format.html.

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.Formats;

/// <summary>An array as NumPy keeps it.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Shape">The shape; empty for a scalar.</param>
/// <param name="Values">The elements, row-major.</param>
public sealed record NpyArray<T>(int[] Shape, T[] Values)
    where T : unmanaged;

/// <summary>Reads and writes .npy files of floats.</summary>
public static partial class NpyFile
{
    private const int Alignment = 64;

    // NumPy's own limits are 10,000 and 64.
    private const int MostHeaderBytes = 1 << 14;
    private const int MostAxes = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <typeparam name="T"><see cref="float"/> for <c>&lt;f4</c>, <see cref="double"/> for <c>&lt;f8</c>.</typeparam>
    /// <param name="path">The file.</param>
    /// <returns>Shape and elements.</returns>
    /// <exception cref="NpyFormatException">No .npy file, a damaged one, another type, or Fortran order.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static NpyArray<T> Read<T>(string path)
        where T : unmanaged
    {
        ReadOnlySpan<byte> file = RegularFile.ReadAllBytes(path);
        (string header, int dataStart) = ReadHeader(file, path);

        string descr = Field(DescrPattern(), "descr");
        if (descr != DescrOf<T>())
        {
            throw new NpyFormatException(
                $"'{path}' holds '{descr}', not '{DescrOf<T>()}' as asked for: convert it with numpy's astype.");
        }

        if (Field(OrderPattern(), "fortran_order") != "False")
        {
            throw new NpyFormatException($"'{path}' is in Fortran order: save np.ascontiguousarray of it.");
        }

        int[] shape = ReadShape(Field(ShapePattern(), "shape"), path);
        ReadOnlySpan<byte> data = file[dataStart..];
        return ElementCount.Of(shape) * Unsafe.SizeOf<T>() == data.Length
            ? new NpyArray<T>(shape, MemoryMarshal.Cast<byte, T>(data).ToArray())
            : throw new NpyFormatException(
                $"'{path}': {data.Length} bytes are not the shape ({string.Join(", ", shape)}) of '{descr}'.");

        string Field(Regex pattern, string name)
        {
            Match match = pattern.Match(header);
            return match.Success
                ? match.Groups[1].Value
                : throw new NpyFormatException($"'{path}': no '{name}' in the header.");
        }
    }

    /// <summary>
    /// Reads a file of floats or whole numbers of any width and order of axes, as NumPy, SciPy and librosa leave them.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>Shape and elements, row-major.</returns>
    /// <exception cref="NpyFormatException">No .npy file, a damaged one, or of another type.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static NpyArray<float> ReadAsFloat32(string path)
    {
        byte[] file = RegularFile.ReadAllBytes(path);
        (string header, int dataStart) = ReadHeader(file, path);
        string descr = DescrPattern().Match(header) is { Success: true } type ? type.Groups[1].Value : "";
        (int width, Func<byte[], int, float> read) = descr switch
        {
            "<f2" => (2, (bytes, at) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(at))),
            "<f4" => (4, (bytes, at) => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at))),
            "<f8" => (8, (bytes, at) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(at))),
            ">f4" => (4, (bytes, at) => BinaryPrimitives.ReadSingleBigEndian(bytes.AsSpan(at))),
            ">f8" => (8, (bytes, at) => (float)BinaryPrimitives.ReadDoubleBigEndian(bytes.AsSpan(at))),
            "<i2" => (2, (bytes, at) => BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at))),
            "<i4" => (4, (bytes, at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at))),
            "<i8" => (8, (Func<byte[], int, float>)((bytes, at) =>
                BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)))),
            _ => throw new NpyFormatException($"'{path}' holds '{descr}'; save it as float32 or float64."),
        };
        int[] shape = ShapePattern().Match(header) is { Success: true } tuple
            ? ReadShape(tuple.Groups[1].Value, path)
            : throw new NpyFormatException($"'{path}': no 'shape' in the header.");
        if (ElementCount.Of(shape) * width != file.Length - dataStart)
        {
            throw new NpyFormatException(
                $"'{path}': {file.Length - dataStart} bytes are not the shape ({string.Join(", ", shape)}) of " +
                $"'{descr}'.");
        }

        bool isFortran = OrderPattern().Match(header) is { Success: true } order && order.Groups[1].Value == "True";
        float[] values = new float[(file.Length - dataStart) / width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read(file, dataStart + (width * (isFortran ? FortranPlace(i, shape) : i)));
        }

        return new NpyArray<float>(shape, values);
    }

    /// <summary>Writes a file of version 1.0, whole or not at all (<see cref="AtomicFile"/>).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The shape; nothing for a scalar.</param>
    /// <exception cref="ArgumentException">The shape does not hold that many values.</exception>
    /// <exception cref="IOException">The folder is missing, or cannot be written to.</exception>
    public static void Write<T>(string path, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        if (ElementCount.Of(shape) != values.Length)
        {
            string wanted = string.Join(", ", shape.ToArray());
            throw new ArgumentException($"The shape ({wanted}) does not hold {values.Length} values.", nameof(shape));
        }

        byte[] header = WriteHeader(DescrOf<T>(), shape);
        byte[] data = MemoryMarshal.AsBytes(values).ToArray();
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            stream.Write(data);
        });
    }

    private static (string Header, int DataStart) ReadHeader(ReadOnlySpan<byte> file, string path)
    {
        const int versionSize = 2;
        if (file.Length < Magic.Length + versionSize || !file.StartsWith(Magic))
        {
            throw new NpyFormatException($"'{path}' is not a .npy file: it does not begin with \\x93NUMPY.");
        }

        byte major = file[Magic.Length];
        int sizeWidth = major switch
        {
            1 => sizeof(ushort),
            2 => sizeof(uint),
            _ => throw new NpyFormatException($"'{path}' is of .npy version {major}; versions 1 and 2 are read."),
        };
        ReadOnlySpan<byte> rest = file[(Magic.Length + versionSize)..];
        if (rest.Length < sizeWidth)
        {
            throw new NpyFormatException($"'{path}' is cut short: {file.Length} bytes, the header is not whole.");
        }

        uint size = sizeWidth == sizeof(ushort)
            ? BinaryPrimitives.ReadUInt16LittleEndian(rest)
            : BinaryPrimitives.ReadUInt32LittleEndian(rest);
        rest = rest[sizeWidth..];
        if (size > MostHeaderBytes)
        {
            throw new NpyFormatException(
                $"'{path}' claims a header of {size} bytes; up to {MostHeaderBytes} are read.");
        }

        return size <= rest.Length
            ? (Encoding.Latin1.GetString(rest[..(int)size]), file.Length - rest.Length + (int)size)
            : throw new NpyFormatException($"'{path}' is cut short: a header of {size} bytes, {rest.Length} are left.");
    }

    /// <summary>Where the i-th element in row-major order lies when the first axis runs fastest.</summary>
    private static int FortranPlace(int i, int[] shape)
    {
        int place = 0;
        for (int axis = shape.Length - 1, stride = ElementsOf(shape); axis >= 0; axis--)
        {
            stride /= shape[axis];
            place += i % shape[axis] * stride;
            i /= shape[axis];
        }

        return place;

        static int ElementsOf(int[] shape) => shape.Aggregate(1, (product, extent) => product * extent);
    }

    private static byte[] WriteHeader(string descr, ReadOnlySpan<int> shape)
    {
        // A Python tuple: (), (3,), (3, 4).
        string tuple = shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape.ToArray())})";
        string dict = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple}, }}";
        int before = Magic.Length + 2 + sizeof(ushort);
        int total = (before + dict.Length + 1 + Alignment - 1) / Alignment * Alignment;

        byte[] header = new byte[total];
        Magic.CopyTo(header);
        header[Magic.Length] = 1;
        ushort size = checked((ushort)(total - before));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(before - sizeof(ushort)), size);
        Encoding.Latin1.GetBytes(dict.PadRight(total - before - 1) + '\n', header.AsSpan(before));
        return header;
    }

    private static int[] ReadShape(string tuple, string path)
    {
        string[] items = tuple.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return items.Length > MostAxes
            ? throw new NpyFormatException($"'{path}' has {items.Length} axes; up to {MostAxes} are read.")
            : Array.ConvertAll(items, item =>
                int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out int dimension)
                    ? dimension
                    : throw new NpyFormatException($"'{path}': the dimension '{item}' is no whole number below 2^31."));
    }

    private static string DescrOf<T>()
        where T : unmanaged =>
        default(T) switch
        {
            float => "<f4",
            double => "<f8",
            _ => throw new NotSupportedException($".npy files are of float or double here, not {typeof(T).Name}."),
        };

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""")]
    private static partial Regex DescrPattern();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^)]*)\)""")]
    private static partial Regex ShapePattern();
}
