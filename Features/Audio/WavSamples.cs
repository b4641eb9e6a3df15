// Bytes of WAV samples to floats: one vectorised pass a width, the G.711 laws by table, and the mean over channels.

using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace NativeCnn.Features.Audio;

/// <summary>Sample conversions over little-endian bytes.</summary>
internal static class WavSamples
{
    private static readonly float[] ALaw = G711Table(ALawLevel);
    private static readonly float[] MuLaw = G711Table(MuLawLevel);

    /// <summary>Converts [samples * sampleBytes] bytes to [samples] floats with full scale at 1.</summary>
    internal static void ToFloat(ReadOnlySpan<byte> bytes, Span<float> floats, AudioEncoding encoding, int sampleBytes)
    {
        switch (encoding, sampleBytes)
        {
            case (AudioEncoding.Pcm, 1):
                TensorPrimitives.ConvertTruncating(bytes, floats);
                TensorPrimitives.Subtract(floats, 128f, floats);
                TensorPrimitives.Multiply(floats, 1f / 128, floats);
                break;
            case (AudioEncoding.Pcm, 2):
                Shorts(MemoryMarshal.Cast<byte, short>(bytes), floats);
                break;
            case (AudioEncoding.Pcm, 3):
                for (int i = 0; i < floats.Length; i++)
                {
                    // The three bytes become the upper ones of an int: the sign comes with them.
                    ReadOnlySpan<byte> sample = bytes.Slice(3 * i, 3);
                    floats[i] = (sample[0] << 8 | sample[1] << 16 | sample[2] << 24) * (1f / (1L << 31));
                }

                break;
            case (AudioEncoding.Pcm, 4):
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(bytes), floats);
                TensorPrimitives.Multiply(floats, 1f / (1L << 31), floats);
                break;
            case (AudioEncoding.IeeeFloat, 4):
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(floats);
                break;
            case (AudioEncoding.IeeeFloat, 8):
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), floats);
                break;
            case (AudioEncoding.ALaw, 1):
                LookUp(ALaw, bytes, floats);
                break;
            case (AudioEncoding.MuLaw, 1):
                LookUp(MuLaw, bytes, floats);
                break;
            default:
                throw new ArgumentException(
                    $"No conversion from {encoding} of {sampleBytes} bytes: WavHeader should have refused it.");
        }
    }

    /// <summary>Big-endian samples to little-endian ones.</summary>
    internal static void Reverse(ReadOnlySpan<byte> bytes, Span<byte> reversed, int sampleBytes)
    {
        reversed = reversed[..bytes.Length];
        switch (sampleBytes)
        {
            case 1:
                bytes.CopyTo(reversed);
                break;
            case 2:
                BinaryPrimitives.ReverseEndianness(
                    MemoryMarshal.Cast<byte, short>(bytes), MemoryMarshal.Cast<byte, short>(reversed));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(
                    MemoryMarshal.Cast<byte, int>(bytes), MemoryMarshal.Cast<byte, int>(reversed));
                break;
            case 8:
                BinaryPrimitives.ReverseEndianness(
                    MemoryMarshal.Cast<byte, long>(bytes), MemoryMarshal.Cast<byte, long>(reversed));
                break;
            default:
                for (int start = 0; start < bytes.Length; start += sampleBytes)
                {
                    for (int i = 0; i < sampleBytes; i++)
                    {
                        reversed[start + i] = bytes[start + sampleBytes - 1 - i];
                    }
                }

                break;
        }
    }

    /// <summary>[frames, channels] to the mean over channels, [frames].</summary>
    internal static void MixToMono(ReadOnlySpan<float> interleaved, Span<float> mono, int channels)
    {
        switch (channels)
        {
            case 1:
                interleaved.CopyTo(mono);
                break;
            case 2:
                for (int i = 0; i < mono.Length; i++)
                {
                    mono[i] = (interleaved[2 * i] + interleaved[(2 * i) + 1]) / 2;
                }

                break;
            default:
                for (int i = 0; i < mono.Length; i++)
                {
                    double sum = 0;
                    foreach (float sample in interleaved.Slice(i * channels, channels))
                    {
                        sum += sample;
                    }

                    mono[i] = (float)(sum / channels);
                }

                break;
        }
    }

    // TensorPrimitives 10 converts shorts one by one.
    private static void Shorts(ReadOnlySpan<short> levels, Span<float> floats)
    {
        const float scale = 1f / 32768;
        int i = 0;
        for (; i <= levels.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(levels[i..]), out Vector<int> low, out Vector<int> high);
            (Vector.ConvertToSingle(low) * scale).CopyTo(floats[i..]);
            (Vector.ConvertToSingle(high) * scale).CopyTo(floats[(i + Vector<float>.Count)..]);
        }

        for (; i < levels.Length; i++)
        {
            floats[i] = levels[i] * scale;
        }
    }

    private static void LookUp(float[] table, ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = table[bytes[i]];
        }
    }

    private static float[] G711Table(Func<int, int> level) =>
        [.. Enumerable.Range(0, 256).Select(code => level(code) / 32768f)];

    // G.711, table 1: even bits inverted; sign, 3 bits of segment, 4 bits of step; levels of 13 bits, here times 8.
    private static int ALawLevel(int code)
    {
        code ^= 0x55;
        int segment = (code >> 4) & 7;
        int step = ((code & 15) << 4) + 8;
        int magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1);
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }

    // G.711, table 2: all bits inverted; the same fields; levels of 14 bits with a bias of 33, here times 4.
    private static int MuLawLevel(int code)
    {
        code = ~code & 0xFF;
        int magnitude = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }
}
