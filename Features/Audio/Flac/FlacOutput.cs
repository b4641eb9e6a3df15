// What becomes of decoded blocks: floats mixed to one channel, and the MD5 of all samples, a piece at a time.

using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>
/// Collects a clip. Its array is as long as STREAMINFO promises where so many samples can lie in the file at one bit
/// each; else it grows with the samples that are there.
/// </summary>
internal sealed class FlacOutput : IDisposable
{
    // Small enough for the first-level cache, large enough that a call a piece costs nothing.
    private const int PieceSamples = 1024;
    private const int Md5Bytes = 16;

    private readonly FlacStreamInfo info;
    private readonly int sampleBytes;
    private readonly IncrementalHash? md5;
    private readonly byte[] packed;
    private readonly float[] floats = ArrayPool<float>.Shared.Rent(PieceSamples);
    private readonly double[] sums = ArrayPool<double>.Shared.Rent(PieceSamples);
    private float[] samples;

    /// <summary>An empty clip.</summary>
    /// <param name="info">What STREAMINFO says.</param>
    /// <param name="file">The whole file.</param>
    internal FlacOutput(in FlacStreamInfo info, ReadOnlySpan<byte> file)
    {
        this.info = info;
        sampleBytes = (info.BitsPerSample + 7) / 8;
        packed = ArrayPool<byte>.Shared.Rent(PieceSamples * info.Channels * sampleBytes);
        if (file.Slice(info.Md5Offset, Md5Bytes).ContainsAnyExcept((byte)0))
        {
            md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        }

        long likely = Math.Min(info.Total, 8L * (file.Length - info.FirstFrame));
        samples = GC.AllocateUninitializedArray<float>((int)Math.Min(likely, MostSamples));
    }

    // As many as ffmpeg's output may hold: 2 GiB.
    internal static int MostSamples => Array.MaxLength / sizeof(float);

    /// <summary>Samples so far.</summary>
    internal int Count { get; private set; }

    /// <summary>Appends a block.</summary>
    /// <exception cref="AudioFormatException">The clip becomes too long.</exception>
    internal void Add(FlacBlock block, string name)
    {
        Reserve((long)Count + block.Length, name);
        for (int first = 0; first < block.Length; first += PieceSamples)
        {
            int length = Math.Min(PieceSamples, block.Length - first);
            if (md5 is not null)
            {
                md5.AppendData(packed, 0, Pack(block, first, length));
            }

            Mix(block, first, samples.AsSpan(Count, length));
            Count += length;
        }
    }

    /// <summary>The samples: [<see cref="Count"/>].</summary>
    /// <exception cref="AudioFormatException">They are not those whose MD5 STREAMINFO holds.</exception>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="isWhole">Whether they are all that the file once had: else there is no MD5 to compare with.</param>
    internal float[] Finish(ReadOnlySpan<byte> file, string name, bool isWhole)
    {
        Span<byte> sum = stackalloc byte[Md5Bytes];
        ReadOnlySpan<byte> expected = file.Slice(info.Md5Offset, Md5Bytes);
        if (isWhole && md5 is not null && md5.GetHashAndReset(sum) == Md5Bytes && !sum.SequenceEqual(expected))
        {
            throw AudioFormatException.Of(
                name,
                $"it is damaged: the MD5 of its samples is {Convert.ToHexString(sum)}, "
                + $"at byte {info.Md5Offset} {Convert.ToHexString(expected)} was expected",
                FlacBitReader.CopyAgain);
        }

        return samples.Length == Count ? samples : samples[..Count];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        md5?.Dispose();
        ArrayPool<byte>.Shared.Return(packed);
        ArrayPool<float>.Shared.Return(floats);
        ArrayPool<double>.Shared.Return(sums);
    }

    private void Reserve(long count, string name)
    {
        if (count > MostSamples)
        {
            throw AudioFormatException.Of(name, "it holds more than 2 GiB of sound", "cut it into clips");
        }

        if (count > samples.Length)
        {
            long doubled = Math.Max(count, 2L * samples.Length);
            long limit = info.Total >= count ? Math.Min(info.Total, MostSamples) : MostSamples;
            Array.Resize(ref samples, (int)Math.Min(doubled, limit));
        }
    }

    // Little-endian, interleaved, as many bytes a sample as it needs (RFC 9639, section 8.2); returns their number.
    private int Pack(FlacBlock block, int first, int length)
    {
        int channels = info.Channels;
        Span<byte> bytes = packed.AsSpan(0, length * channels * sampleBytes);
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<int> row = block[channel].Slice(first, length);
            switch (sampleBytes)
            {
                case 1:
                    Interleave(row, MemoryMarshal.Cast<byte, sbyte>(bytes)[channel..], channels);
                    break;
                case 2:
                    Interleave(row, MemoryMarshal.Cast<byte, short>(bytes)[channel..], channels);
                    break;
                case 3:
                    for (int i = 0, at = 3 * channel; i < row.Length; i++, at += 3 * channels)
                    {
                        Span<byte> sample = bytes.Slice(at, 3);
                        sample[0] = (byte)row[i];
                        sample[1] = (byte)(row[i] >> 8);
                        sample[2] = (byte)(row[i] >> 16);
                    }

                    break;
                default:
                    Interleave(row, MemoryMarshal.Cast<byte, int>(bytes)[channel..], channels);
                    break;
            }
        }

        return bytes.Length;
    }

    private static void Interleave<T>(ReadOnlySpan<int> row, Span<T> packed, int channels)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0, at = 0; i < row.Length; i++, at += channels)
        {
            packed[at] = T.CreateTruncating(row[i]);
        }
    }

    // Rounds as WavSamples does: levels become floats, then means. The scale is a power of two and rounds nothing.
    private void Mix(FlacBlock block, int first, Span<float> mono)
    {
        float scale = 1f / (1L << (info.BitsPerSample - 1));
        TensorPrimitives.ConvertTruncating(block[0].Slice(first, mono.Length), mono);
        if (info.Channels == 1)
        {
            TensorPrimitives.Multiply(mono, scale, mono);
            return;
        }

        Span<float> other = floats.AsSpan(0, mono.Length);
        if (info.Channels == 2)
        {
            TensorPrimitives.ConvertTruncating(block[1].Slice(first, mono.Length), other);
            TensorPrimitives.Add(mono, other, mono);
            TensorPrimitives.Multiply(mono, scale / 2, mono);
            return;
        }

        Span<double> sum = sums.AsSpan(0, mono.Length);
        TensorPrimitives.ConvertTruncating<float, double>(mono, sum);
        for (int channel = 1; channel < info.Channels; channel++)
        {
            TensorPrimitives.ConvertTruncating(block[channel].Slice(first, mono.Length), other);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += other[i];
            }
        }

        for (int i = 0; i < sum.Length; i++)
        {
            mono[i] = (float)(sum[i] * scale / info.Channels);
        }
    }
}
