// FLAC files for the tests, written from RFC 9639 without the decoder's help: checksums bit by bit, MD5 from integers.

using System.Security.Cryptography;
using NativeCnn.Features.Audio.Flac;

namespace NativeCnn.Tests.Features;

/// <summary>A FLAC file in the making.</summary>
public sealed record FlacBytes
{
    /// <summary>Bits of a sample.</summary>
    public int Bits { get; init; } = 16;

    /// <summary>Channels.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 44100;

    /// <summary>Whether frames are numbered by their first sample.</summary>
    public bool IsVariable { get; init; }

    /// <summary>The number of the first frame.</summary>
    public long FirstNumber { get; init; }

    /// <summary>The total that STREAMINFO claims; null for the true one.</summary>
    public long? ClaimedTotal { get; init; }

    /// <summary>The MD5 that STREAMINFO claims; null for the true one.</summary>
    public byte[]? ClaimedMd5 { get; init; }

    /// <summary>Metadata blocks behind STREAMINFO: types and bodies.</summary>
    public (int Type, byte[] Body)[] Blocks { get; init; } = [];

    /// <summary>What stands before the file.</summary>
    public byte[] Before { get; init; } = [];

    /// <summary>A cyclic redundancy check: the remainder of a division of polynomials, bit by bit.</summary>
    public static int Remainder(ReadOnlySpan<byte> bytes, int bits, int polynomial)
    {
        int remainder = 0;
        foreach (byte value in bytes)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                bool carry = ((remainder >> (bits - 1)) & 1) != ((value >> bit) & 1);
                remainder = ((remainder << 1) & ((1 << bits) - 1)) ^ (carry ? polynomial : 0);
            }
        }

        return remainder;
    }

    /// <summary>A tone with noise and a few impulses: [channels][samples], the channels much alike.</summary>
    public static long[][] Signal(int bits, int channels, int samples, int seed = 1)
    {
        var random = new Random(seed);
        double scale = Math.Pow(2, bits - 1);
        long[][] signal = new long[channels][];
        for (int channel = 0; channel < channels; channel++)
        {
            signal[channel] = new long[samples];
            for (int n = 0; n < samples; n++)
            {
                double value = (0.8 * Math.Sin((n * 0.05) + (0.1 * channel))) + (0.01 * random.NextDouble());
                // The fourth difference of an impulse is six times as high, and must fit 32 bits.
                value = n % 97 != 96 ? value : bits > 24 ? value + 0.1 : 0.99;
                signal[channel][n] = (long)Math.Clamp(Math.Round(value * scale), -scale, scale - 1);
            }
        }

        return signal;
    }

    /// <summary>One level everywhere.</summary>
    public static long[][] Level(int channels, int samples, long level) =>
        [.. Enumerable.Range(0, channels).Select(_ => Enumerable.Repeat(level, samples).ToArray())];

    /// <summary>The file's bytes.</summary>
    public byte[] Build(params FlacFrame[] frames)
    {
        long total = frames.Sum(frame => (long)frame.Length);
        byte[] info =
        [
            0x00, 0x10, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0,
            .. BigEndian(
                ((ulong)SampleRate << 44) | ((ulong)(Channels - 1) << 41) | ((ulong)(Bits - 1) << 36)
                | (ulong)(ClaimedTotal ?? total)),
            .. ClaimedMd5 ?? Md5(frames),
        ];
        var file = new List<byte>([.. Before, .. "fLaC"u8]);
        Block(0, info, Blocks.Length == 0);
        for (int i = 0; i < Blocks.Length; i++)
        {
            Block(Blocks[i].Type, Blocks[i].Body, i == Blocks.Length - 1);
        }

        long number = FirstNumber;
        foreach (FlacFrame frame in frames)
        {
            file.AddRange(frame.Build(this, number));
            number += IsVariable ? frame.Length : 1;
        }

        return [.. file];

        void Block(int type, byte[] body, bool last) =>
            file.AddRange([.. BigEndian((ulong)((last ? 0x80 : 0) | type) << 24 | (uint)body.Length)[4..], .. body]);
    }

    /// <summary>What decoders must give: levels as floats, and their mean as WavDecoder rounds it.</summary>
    public float[] Expected(params FlacFrame[] frames)
    {
        double scale = Math.Pow(2, Bits - 1);
        return
        [
            .. frames.SelectMany(frame => Enumerable.Range(0, frame.Length).Select(n =>
            {
                float[] levels = [.. frame.Samples.Select(channel => (float)(channel[n] / scale))];
                return levels.Length == 2
                    ? (levels[0] + levels[1]) / 2
                    : (float)(levels.Sum(x => (double)x) / levels.Length);
            })),
        ];
    }

    /// <summary>A frame for every way of coding samples.</summary>
    public IEnumerable<FlacFrame> EveryFrame(int samples)
    {
        int seed = 0;
        foreach (FlacStereo coding in Channels == 2 ? Enum.GetValues<FlacStereo>() : [FlacStereo.Independent])
        {
            yield return new FlacFrame(Level(Channels, samples, -3)) { Coding = coding, Type = 0 };
            foreach (int type in new[] { 1, 8, 9, 10, 11, 12, 32, 33, 35, 36, 39, 43, 50, 63 })
            {
                // Two frames of each, with all that may be chosen chosen in turn.
                for (int i = 0; i < 2; i++)
                {
                    seed++;
                    bool wide = Bits > 16 || seed % 3 == 0;
                    yield return new FlacFrame(Signal(Bits, Channels, samples, seed))
                    {
                        Coding = coding,
                        Type = type,
                        ParameterBits = wide ? 5 : 4,
                        PartitionOrder = type == 63 ? 0 : seed % 3,
                        Escape = i == 1 && Bits <= 24,
                        Precision = i == 0 ? 12 : 15,
                        TellsBits = seed % 2 == 0,
                    };
                }
            }

            if (Bits > 6)
            {
                long[][] coarse = Signal(Bits - 3, Channels, samples);
                yield return new FlacFrame([.. coarse.Select(row => row.Select(x => x << 3).ToArray())])
                {
                    Coding = coding,
                    Type = 10,
                    // The mean of two multiples of 8 is one of 4.
                    Wasted = coding == FlacStereo.MidSide ? 2 : 3,
                    ParameterBits = 5,
                };
            }
        }
    }

    private static byte[] BigEndian(ulong value) => [.. BitConverter.GetBytes(value).Reverse()];

    private byte[] Md5(FlacFrame[] frames)
    {
        int sampleBytes = (Bits + 7) / 8;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (FlacFrame frame in frames)
        {
            for (int n = 0; n < frame.Length; n++)
            {
                foreach (long[] channel in frame.Samples)
                {
                    hash.AppendData(BitConverter.GetBytes(channel[n]).AsSpan(0, sampleBytes));
                }
            }
        }

        return hash.GetHashAndReset();
    }
}
