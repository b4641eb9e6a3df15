// One frame of a FLAC file for the tests, and how to write it: every choice that an encoder makes is made by hand.

using NativeCnn.Features.Audio.Flac;

namespace NativeCnn.Tests.Features;

/// <summary>A frame as it is to be written.</summary>
/// <param name="Samples">[channels][samples].</param>
public sealed record FlacFrame(long[][] Samples)
{
    private static readonly int[] BitsCodes = [-1, 8, 12, -1, 16, 20, 24, 32];

    /// <summary>How two channels are coded.</summary>
    internal FlacStereo Coding { get; init; }

    /// <summary>The type of each subframe: 0 constant, 1 verbatim, 8 + order fixed, 31 + order linear.</summary>
    public int Type { get; init; } = 1;

    /// <summary>Lower bits left out of every sample; they must be 0.</summary>
    public int Wasted { get; init; }

    /// <summary>Bits of a Rice parameter: 4 or 5.</summary>
    public int ParameterBits { get; init; } = 4;

    /// <summary>The Rice parameter; null for one that suits each partition.</summary>
    public int? Parameter { get; init; }

    /// <summary>Every second partition has residuals as they are.</summary>
    public bool Escape { get; init; }

    /// <summary>Two to this power is the number of partitions.</summary>
    public int PartitionOrder { get; init; }

    /// <summary>Bits of a linear coefficient.</summary>
    public int Precision { get; init; } = 12;

    /// <summary>The code of the block size; null for one that can tell it.</summary>
    public int? SizeCode { get; init; }

    /// <summary>The code of the sample rate; 0 leaves it to STREAMINFO.</summary>
    public int RateCode { get; init; }

    /// <summary>Whether the header tells the sample size, where it has a code.</summary>
    public bool TellsBits { get; init; }

    /// <summary>Changes the bytes behind the header, before the checksum is computed.</summary>
    public Action<byte[]>? Damage { get; init; }

    /// <summary>Samples of each channel.</summary>
    public int Length => Samples[0].Length;

    /// <summary>The frame's bytes.</summary>
    /// <param name="file">The file that it stands in.</param>
    /// <param name="number">The number of the frame, or of its first sample where block sizes vary.</param>
    public byte[] Build(FlacBytes file, long number)
    {
        byte[] header = Header(file, number);
        var bits = new BitWriter();
        for (int channel = 0; channel < Samples.Length; channel++)
        {
            int side = Coding == FlacStereo.Independent ? -1 : Coding == FlacStereo.SideRight ? 0 : 1;
            Subframe(bits, Coded(channel), file.Bits + (channel == side ? 1 : 0));
        }

        byte[] body = bits.ToArray();
        Damage?.Invoke(body);
        byte[] frame = [.. header, .. body];
        int sum = FlacBytes.Remainder(frame, 16, 0x8005);
        return [.. frame, (byte)(sum >> 8), (byte)sum];
    }

    private long[] Coded(int channel) => (Coding, channel) switch
    {
        (FlacStereo.LeftSide, 1) or (FlacStereo.MidSide, 1) or (FlacStereo.SideRight, 0) =>
            [.. Samples[0].Zip(Samples[1], (left, right) => left - right)],
        (FlacStereo.MidSide, 0) => [.. Samples[0].Zip(Samples[1], (left, right) => (left + right) >> 1)],
        _ => Samples[channel],
    };

    private byte[] Header(FlacBytes file, long number)
    {
        int size = Length;
        int sizeCode = SizeCode ?? (size <= 256 ? 6 : 7);
        int bitsCode = TellsBits ? Array.IndexOf(BitsCodes, file.Bits) : 0;
        int channelCode = Coding == FlacStereo.Independent ? Samples.Length - 1 : 7 + (int)Coding;
        var bits = new BitWriter();
        bits.Write(file.IsVariable ? 0xFFF9 : 0xFFF8, 16);
        bits.Write(sizeCode, 4);
        bits.Write(RateCode, 4);
        bits.Write(channelCode, 4);
        bits.Write(Math.Max(bitsCode, 0), 3);
        bits.Write(0, 1);
        Number(bits, number);
        bits.Write(size - 1, sizeCode == 6 ? 8 : sizeCode == 7 ? 16 : 0);
        int rate = RateCode == 12 ? file.SampleRate / 1000 : RateCode == 14 ? file.SampleRate / 10 : file.SampleRate;
        bits.Write(rate, RateCode == 12 ? 8 : RateCode is 13 or 14 ? 16 : 0);
        byte[] header = bits.ToArray();
        return [.. header, (byte)FlacBytes.Remainder(header, 8, 0x07)];
    }

    // As UTF-8 codes a character, with one more step.
    private static void Number(BitWriter bits, long number)
    {
        if (number < 0x80)
        {
            bits.Write(number, 8);
            return;
        }

        int more = 1;
        while (number >> ((6 * more) + 6 - more) != 0)
        {
            more++;
        }

        // `more` + 1 ones, a zero, and what is left of eight bits.
        bits.Write(((0xFF00L >> (more + 1)) & 0xFF) | (number >> (6 * more)), 8);
        for (int i = more - 1; i >= 0; i--)
        {
            bits.Write(0x80 | ((number >> (6 * i)) & 0x3F), 8);
        }
    }

    private void Subframe(BitWriter bits, long[] samples, int width)
    {
        bits.Write(Type, 7);
        bits.Write(Wasted > 0 ? 1 : 0, 1);
        if (Wasted > 0)
        {
            bits.Write(1, Wasted);
            Assert.All(samples, sample => Assert.Equal(0, sample & ((1L << Wasted) - 1)));
            samples = [.. samples.Select(sample => sample >> Wasted)];
            width -= Wasted;
        }

        switch (Type)
        {
            case 0:
                Assert.Single(samples.Distinct());
                bits.Write(samples[0], width);
                break;
            case >= 8 and < 32:
                Warm(Type - 8);
                Residual(bits, samples, Type - 8, n => FixedPrediction(samples, n, Type - 8));
                break;
            case >= 32:
                int order = Type - 31;
                Warm(order);
                int shift = Precision - 2;
                int[] coefficients = Coefficients(order, Precision);
                bits.Write(Precision - 1, 4);
                bits.Write(shift, 5);
                Array.ForEach(coefficients, one => bits.Write(one, Precision));
                Residual(
                    bits, samples, order,
                    n => coefficients.Select((one, j) => one * samples[n - 1 - j]).Sum() >> shift);
                break;
            default:
                Warm(samples.Length);
                break;
        }

        void Warm(int count) => Array.ForEach(samples[..count], sample => bits.Write(sample, width));
    }

    // A tone's predictor of order 2, 2 cos w - 1, with small taps of alternating sign behind.
    private static int[] Coefficients(int order, int precision)
    {
        double one = 1 << (precision - 2);
        return [.. Enumerable.Range(0, order).Select(j => (int)(j switch
        {
            0 => order == 1 ? 0.9 * one : 1.9 * one,
            1 => -0.95 * one,
            _ => (j % 2 == 0 ? 1 : -1) * one / (8 * j),
        }))];
    }

    private static long FixedPrediction(long[] x, int n, int order) => order switch
    {
        0 => 0,
        1 => x[n - 1],
        2 => (2 * x[n - 1]) - x[n - 2],
        3 => (3 * x[n - 1]) - (3 * x[n - 2]) + x[n - 3],
        _ => (4 * x[n - 1]) - (6 * x[n - 2]) + (4 * x[n - 3]) - x[n - 4],
    };

    private void Residual(BitWriter bits, long[] samples, int order, Func<int, long> prediction)
    {
        bits.Write(ParameterBits - 4, 2);
        bits.Write(PartitionOrder, 4);
        int length = samples.Length >> PartitionOrder;
        for (int partition = 0; partition < 1 << PartitionOrder; partition++)
        {
            long[] residual =
            [
                .. Enumerable.Range(partition * length, length).Where(n => n >= order)
                    .Select(n => samples[n] - prediction(n)),
            ];
            if (Escape && partition % 2 == 0)
            {
                int width = residual.All(one => one == 0) ? 0 : 1;
                while (width > 0 && residual.Any(one => one >> (width - 1) is not (0 or -1)))
                {
                    width++;
                }

                bits.Write((1 << ParameterBits) - 1, ParameterBits);
                bits.Write(width, 5);
                Array.ForEach(residual, one => bits.Write(one, width));
                continue;
            }

            double mean = residual.Length == 0 ? 0 : residual.Average(Math.Abs);
            int suits = Math.Clamp((int)Math.Log2(mean + 1), 0, (1 << ParameterBits) - 2);
            int parameter = Parameter ?? suits;
            bits.Write(parameter, ParameterBits);
            foreach (long one in residual)
            {
                long folded = one >= 0 ? 2 * one : (-2 * one) - 1;
                Assert.True(folded <= uint.MaxValue, "a residual does not fit 32 bits");
                bits.Zeros((int)(folded >> parameter));
                bits.Write(1, 1);
                bits.Write(folded, parameter);
            }
        }
    }

    /// <summary>Collects bits, the most significant first.</summary>
    private sealed class BitWriter
    {
        private readonly List<byte> bytes = [];
        private int free;

        public void Write(long value, int count)
        {
            for (int i = count - 1; i >= 0; i--)
            {
                if (free == 0)
                {
                    bytes.Add(0);
                    free = 8;
                }

                free--;
                bytes[^1] |= (byte)((value >> Math.Min(i, 63) & 1) << free);
            }
        }

        public void Zeros(int count)
        {
            for (; count > 0; count--)
            {
                Write(0, 1);
            }
        }

        public byte[] ToArray() => [.. bytes];
    }
}
