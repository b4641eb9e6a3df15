// The records of an event file, TFRecord's framing:
//     uint64 length, uint32 masked CRC of these 8 bytes, length bytes, uint32 masked CRC of them
// all little-endian. The checksum is CRC-32C (Castagnoli); masked, so that a checksum of data that holds checksums
// stays sound: rotated right by 15 bits, plus a constant.
// Source: tensorflow/core/lib/io/record_writer.h and core/lib/hash/crc32c.h.
using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;

namespace NativeCnn.Tools.TensorBoard;

/// <summary>Writes and reads framed events.</summary>
internal static class EventFrames
{
    private const int HeadBytes = 12;
    private const int TailBytes = 4;
    private const int MostBytes = 1 << 28;
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>An event as it stands in a file.</summary>
    public static byte[] Of(Event one)
    {
        byte[] frame = new byte[HeadBytes + one.CalculateSize() + TailBytes];
        Span<byte> data = frame.AsSpan(HeadBytes..^TailBytes);
        one.WriteTo(data);
        BinaryPrimitives.WriteInt64LittleEndian(frame, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Masked(frame.AsSpan(0, 8)));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(frame.Length - TailBytes), Masked(data));
        return frame;
    }

    /// <summary>The events of a file, and where each begins and ends; up to the first that is damaged.</summary>
    public static IEnumerable<(Event Event, long Start, long End)> Read(Stream file)
    {
        byte[] head = new byte[HeadBytes];
        while (true)
        {
            long start = file.Position;
            if (file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes ||
                BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)) != Masked(head.AsSpan(0, 8)) ||
                BinaryPrimitives.ReadInt64LittleEndian(head) is not (>= 0 and <= MostBytes and var length))
            {
                yield break;
            }

            byte[] data = new byte[length + TailBytes];
            if (file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length ||
                BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)length)) != Masked(data.AsSpan(0, (int)length))
                || Parsed(data.AsSpan(0, (int)length)) is not { } parsed)
            {
                yield break;
            }

            yield return (parsed, start, file.Position);
        }
    }

    private static Event? Parsed(ReadOnlySpan<byte> data)
    {
        try
        {
            return Event.Parser.ParseFrom(data);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in data)
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return BitOperations.RotateRight(~sum, 15) + MaskDelta;
    }
}
