// Builds WAV files of every form for the tests: written from the format's description, apart from the product's reader.

using System.Buffers.Binary;
using System.Text;

namespace NativeCnn.Tests.Features;

/// <summary>A WAV file to be built; the defaults are a plain one of 16-bit PCM.</summary>
public sealed record WavBytes
{
    public string Container { get; init; } = "RIFF";

    public int FormatTag { get; init; } = 1;

    public int Bits { get; init; } = 16;

    /// <summary>Bytes a sample takes; 0 for as many as the bits need.</summary>
    public int ContainerBytes { get; init; }

    public int Channels { get; init; } = 1;

    public int SampleRate { get; init; } = 8000;

    public bool Extensible { get; init; }

    /// <summary>Chunks of odd length before and after the samples.</summary>
    public bool Junk { get; init; }

    /// <summary>Whether chunks of odd length are padded, as they should be.</summary>
    public bool Padding { get; init; } = true;

    /// <summary>What the data chunk says its length is; null for the truth.</summary>
    public uint? ClaimedDataLength { get; init; }

    /// <summary>What the ds64 chunk of RF64 says; null for the truth.</summary>
    public ulong? ClaimedLongLength { get; init; }

    public int SampleBytes => ContainerBytes == 0 ? (Bits + 7) / 8 : ContainerBytes;

    private bool BigEndian => Container == "RIFX";

    /// <summary>The file of these interleaved samples, full scale at 1.</summary>
    public byte[] Build(params double[] samples) => BuildRaw([.. samples.SelectMany(Sample)]);

    /// <summary>The file of these bytes of samples.</summary>
    public byte[] BuildRaw(byte[] data)
    {
        var body = new List<byte>();
        bool longSizes = Container is "RF64" or "BW64";
        if (longSizes)
        {
            byte[] sizes = new byte[28];
            BinaryPrimitives.WriteUInt64LittleEndian(sizes.AsSpan(8), ClaimedLongLength ?? (ulong)data.Length);
            Chunk(body, "ds64", sizes);
        }

        if (Junk)
        {
            Chunk(body, "LIST", Encoding.ASCII.GetBytes("INFOabc"));
        }

        Chunk(body, "fmt ", Format());
        if (Junk)
        {
            Chunk(body, "bext", [1, 2, 3, 4, 5]);
        }

        Chunk(body, "data", data, ClaimedDataLength ?? (longSizes ? uint.MaxValue : (uint)data.Length));
        if (Junk)
        {
            Chunk(body, "id3 ", [1, 2, 3]);
        }

        return
        [
            .. Encoding.ASCII.GetBytes(Container), .. UInt32(longSizes ? uint.MaxValue : (uint)(body.Count + 4)),
            .. "WAVE"u8, .. body,
        ];
    }

    private byte[] Format()
    {
        int tag = Extensible ? 0xFFFE : FormatTag;
        int frame = SampleBytes * Channels;
        int stored = Extensible ? 8 * SampleBytes : Bits;
        List<byte> format =
        [
            .. UInt16(tag), .. UInt16(Channels), .. UInt32((uint)SampleRate), .. UInt32((uint)(SampleRate * frame)),
            .. UInt16(frame), .. UInt16(stored),
        ];
        if (Extensible)
        {
            format.AddRange(
            [
                .. UInt16(22), .. UInt16(Bits), .. UInt32(3), .. UInt32((uint)FormatTag), .. UInt16(0), .. UInt16(0x10),
                0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71,
            ]);
        }

        return [.. format];
    }

    private byte[] Sample(double value)
    {
        byte[] bytes = new byte[SampleBytes];
        if (FormatTag == 3)
        {
            Fill(bytes, Bits == 64
                ? BitConverter.DoubleToInt64Bits(value)
                : BitConverter.SingleToInt32Bits((float)value));
        }
        else
        {
            // The level of these bits, in the upper ones of the container.
            double scale = Math.Pow(2, Bits - 1);
            long level = (long)Math.Clamp(Math.Round(value * scale), -scale, scale - 1) << ((8 * SampleBytes) - Bits);
            Fill(bytes, SampleBytes == 1 ? level + 128 : level);
        }

        return bytes;
    }

    private void Fill(byte[] bytes, long bits)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[BigEndian ? bytes.Length - 1 - i : i] = (byte)(bits >> (8 * i));
        }
    }

    private void Chunk(List<byte> file, string id, byte[] data, uint? claimed = null)
    {
        file.AddRange([.. Encoding.ASCII.GetBytes(id), .. UInt32(claimed ?? (uint)data.Length), .. data]);
        if (data.Length % 2 == 1 && Padding)
        {
            file.Add(0);
        }
    }

    private byte[] UInt16(int value)
    {
        byte[] bytes = new byte[2];
        Fill(bytes, value);
        return bytes;
    }

    private byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        Fill(bytes, value);
        return bytes;
    }
}
