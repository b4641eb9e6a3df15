// A map of numbers as a small PNG, 64 colours of a palette: enough to see a sound, without a library that draws.
// Format: W3C, "Portable Network Graphics Specification"; a palette of 8 bits a pixel, rows without a filter.
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace NativeCnn.Model.Reports;

/// <summary>Draws maps.</summary>
internal static class SpectrogramPng
{
    private const int Colors = 64;

    // Places of matplotlib's viridis, evenly spread: dark to light, told apart by the colour-blind and in grey.
    private static readonly int[] Anchors =
        [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];

    /// <summary>Draws a map, row 0 at the bottom.</summary>
    /// <param name="values">[rows, columns], row-major.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="low">What is drawn darkest.</param>
    /// <param name="high">What is drawn lightest.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Of(ReadOnlySpan<float> values, int rows, double low, double high)
    {
        int columns = values.Length / rows;
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows);
        header[8] = 8; // bits a pixel
        header[9] = 3; // of a palette
        Write(file, "IHDR", header);
        Write(file, "PLTE", Palette());
        Write(file, "IDAT", Pixels(values, rows, columns, low, high));
        Write(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Pixels(ReadOnlySpan<float> values, int rows, int columns, double low, double high)
    {
        byte[] line = new byte[columns + 1]; // the first byte: no filter
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int row = rows - 1; row >= 0; row--)
            {
                for (int column = 0; column < columns; column++)
                {
                    double place = (values[(row * columns) + column] - low) / Math.Max(high - low, 1e-12);
                    line[column + 1] = (byte)Math.Clamp(double.IsNaN(place) ? 0 : place * Colors, 0, Colors - 1);
                }

                zlib.Write(line);
            }
        }

        return packed.ToArray();
    }

    private static byte[] Palette()
    {
        byte[] palette = new byte[3 * Colors];
        for (int color = 0; color < Colors; color++)
        {
            double place = (double)color / (Colors - 1) * (Anchors.Length - 1);
            int below = Math.Min((int)place, Anchors.Length - 2);
            for (int channel = 0; channel < 3; channel++)
            {
                int shift = 16 - (8 * channel);
                (int from, int to) = ((Anchors[below] >> shift) & 255, (Anchors[below + 1] >> shift) & 255);
                palette[(3 * color) + channel] = (byte)Math.Round(from + ((to - from) * (place - below)));
            }
        }

        return palette;
    }

    private static void Write(MemoryStream file, string type, byte[] content)
    {
        byte[] chunk = [.. Encoding.ASCII.GetBytes(type), .. content];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(chunk));
        file.Write(number);
    }
}
