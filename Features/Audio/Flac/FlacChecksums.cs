// The two checksums of a frame: one byte behind its header, two at its end.

using System.Buffers.Binary;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>
/// Cyclic redundancy checks, most significant bit first, from 0 (RFC 9639, sections 9.1.8 and 9.3).
/// </summary>
internal static class FlacChecksums
{
    private const int Values = 256;
    private const int BytesAtOnce = 8;

    private static readonly byte[] Table8 = MakeTable8();

    // Row r: what a byte does to the sum when r bytes follow it.
    private static readonly ushort[] Table16 = MakeTable16();

    /// <summary>The sum with polynomial x^8 + x^2 + x + 1.</summary>
    internal static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (byte value in bytes)
        {
            sum = Table8[sum ^ value];
        }

        return sum;
    }

    /// <summary>The sum with polynomial x^16 + x^15 + x^2 + 1, eight bytes at a time.</summary>
    internal static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ushort> table = Table16.AsSpan(0, BytesAtOnce * Values);
        uint sum = 0;
        for (; bytes.Length >= BytesAtOnce; bytes = bytes[BytesAtOnce..])
        {
            ulong word = BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ ((ulong)sum << 48);
            sum = (uint)(table[(7 * Values) + (byte)(word >> 56)] ^ table[(6 * Values) + (byte)(word >> 48)]
                ^ table[(5 * Values) + (byte)(word >> 40)] ^ table[(4 * Values) + (byte)(word >> 32)]
                ^ table[(3 * Values) + (byte)(word >> 24)] ^ table[(2 * Values) + (byte)(word >> 16)]
                ^ table[Values + (byte)(word >> 8)] ^ table[(byte)word]);
        }

        foreach (byte value in bytes)
        {
            sum = (ushort)(sum << 8) ^ (uint)table[(byte)(sum >> 8) ^ value];
        }

        return (ushort)sum;
    }

    private static byte[] MakeTable8()
    {
        byte[] table = new byte[Values];
        for (int value = 0; value < Values; value++)
        {
            int sum = value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum << 1) ^ ((sum & 0x80) != 0 ? 0x107 : 0);
            }

            table[value] = (byte)sum;
        }

        return table;
    }

    private static ushort[] MakeTable16()
    {
        ushort[] table = new ushort[BytesAtOnce * Values];
        for (int value = 0; value < Values; value++)
        {
            int sum = value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum << 1) ^ ((sum & 0x8000) != 0 ? 0x18005 : 0);
            }

            table[value] = (ushort)sum;
        }

        for (int i = Values; i < table.Length; i++)
        {
            int before = table[i - Values];
            table[i] = (ushort)((before << 8) ^ table[before >> 8]);
        }

        return table;
    }
}
