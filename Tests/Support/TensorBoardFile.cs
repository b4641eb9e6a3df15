// Reads event files of TensorBoard by the format's description alone: no code of the product, no library.
using System.Buffers.Binary;
using System.Text;

namespace NativeCnn.Tests.Support;

/// <summary>One value of an event file.</summary>
internal sealed record TensorBoardValue(double WallTime, long Step, string Tag, float? Scalar, byte[]? Png);

/// <summary>An event file, every checksum of which is compared.</summary>
internal sealed class TensorBoardFile
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i =>
    {
        uint entry = (uint)i;
        for (int bit = 0; bit < 8; bit++)
        {
            entry = (entry & 1) == 1 ? (entry >> 1) ^ 0x82F63B78 : entry >> 1;
        }

        return entry;
    })];

    private TensorBoardFile(string version, IReadOnlyList<TensorBoardValue> values) =>
        (Version, Values) = (version, values);

    /// <summary>What the first event says of the form.</summary>
    public string Version { get; }

    /// <summary>All values, in the order of the file.</summary>
    public IReadOnlyList<TensorBoardValue> Values { get; }

    /// <summary>Reads a file; the test fails where a length or a checksum is wrong.</summary>
    public static TensorBoardFile Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        string version = "";
        List<TensorBoardValue> values = [];
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            ReadOnlySpan<byte> data = file.AsSpan(at + 12, length);
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            at += length + 16;

            double wallTime = 0;
            long step = 0;
            foreach ((int field, long number, byte[] bytes) in Fields(data.ToArray()))
            {
                switch (field)
                {
                    case 1: wallTime = BitConverter.Int64BitsToDouble(number); break;
                    case 2: step = number; break;
                    case 3: version = Encoding.UTF8.GetString(bytes); break;
                    case 5: values.AddRange(ValuesOf(bytes, wallTime, step)); break;
                    default: Assert.Fail($"an event has no field {field}"); break;
                }
            }
        }

        return new TensorBoardFile(version, values);
    }

    private static IEnumerable<TensorBoardValue> ValuesOf(byte[] summary, double wallTime, long step)
    {
        foreach ((int field, _, byte[] value) in Fields(summary))
        {
            Assert.Equal(1, field);
            (string tag, float? scalar, byte[]? png) = ("", null, null);
            foreach ((int part, long number, byte[] bytes) in Fields(value))
            {
                switch (part)
                {
                    case 1: tag = Encoding.UTF8.GetString(bytes); break;
                    case 2: scalar = BitConverter.Int32BitsToSingle((int)number); break;
                    case 4: png = Fields(bytes).Single(one => one.Field == 4).Bytes; break;
                    default: Assert.Fail($"a value has no field {part}"); break;
                }
            }

            yield return new TensorBoardValue(wallTime, step, tag, scalar, png);
        }
    }

    // Protocol buffers: a key is field << 3 | wire type; 0 a varint, 1 eight bytes, 2 a length and bytes, 5 four bytes.
    private static IEnumerable<(int Field, long Number, byte[] Bytes)> Fields(byte[] message)
    {
        int at = 0;
        while (at < message.Length)
        {
            long key = Varint();
            switch (key & 7)
            {
                case 0:
                    yield return ((int)(key >> 3), Varint(), []);
                    break;
                case 1:
                    at += 8;
                    yield return ((int)(key >> 3), BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at - 8)), []);
                    break;
                case 2:
                    int length = (int)Varint();
                    at += length;
                    yield return ((int)(key >> 3), 0, message[(at - length)..at]);
                    break;
                case 5:
                    at += 4;
                    yield return ((int)(key >> 3), BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at - 4)), []);
                    break;
                default:
                    Assert.Fail($"there is no wire type {key & 7}");
                    break;
            }
        }

        long Varint()
        {
            long value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte one = message[at++];
                value |= (long)(one & 127) << shift;
                if (one < 128)
                {
                    return value;
                }
            }
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in data)
        {
            sum = Table[(sum ^ one) & 255] ^ (sum >> 8);
        }

        sum = ~sum;
        return ((sum >> 15) | (sum << 17)) + 0xA282EAD8;
    }
}
