// float32 as text that takes little room and loses no bit. Of each row but the first the bits are exclusive-ored with
// those of the row before: parameters differ little from step to step, and what is equal becomes zeros. Then all first
// bytes, all second bytes and so on, deflated, in base64. explorer.js undoes it in unpack().
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace NativeCnn.Model.Explorers;

/// <summary>Packs numbers for a page.</summary>
internal static class NumberPack
{
    /// <summary>Packs rows of one length.</summary>
    public static string Pack(IReadOnlyList<float[]> rows)
    {
        int width = rows[0].Length;
        int[] bits = new int[rows.Count * width];
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<int> values = MemoryMarshal.Cast<float, int>(rows[row]);
            for (int i = 0; i < width; i++)
            {
                int before = row == 0 ? 0 : BitConverter.SingleToInt32Bits(rows[row - 1][i]);
                bits[(row * width) + i] = values[i] ^ before;
            }
        }

        byte[] planes = new byte[bits.Length * sizeof(int)];
        for (int i = 0; i < bits.Length; i++)
        {
            for (int plane = 0; plane < sizeof(int); plane++)
            {
                planes[(plane * bits.Length) + i] = (byte)(bits[i] >> (8 * plane));
            }
        }

        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize))
        {
            deflate.Write(planes);
        }

        return Convert.ToBase64String(packed.ToArray());
    }
}
