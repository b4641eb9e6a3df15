// The samples of one frame, a row a channel, in borrowed memory that the next frame uses again.

using System.Buffers;
using System.Numerics.Tensors;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>Decodes frames into rows (RFC 9639, section 9).</summary>
internal sealed class FlacBlock(FlacStreamInfo info) : IDisposable
{
    private const int ChecksumBytes = 2;
    private const int WidestInt = 32;

    private int[] rows = [];

    // The side channel of 32-bit samples has 33 bits.
    private long[] wideRow = [];
    private int rowLength;

    /// <summary>Samples of each channel.</summary>
    internal int Length => rowLength - FlacPrediction.Margin;

    /// <summary>The samples of a channel: [<see cref="Length"/>].</summary>
    internal ReadOnlySpan<int> this[int channel] => Row(channel)[FlacPrediction.Margin..];

    /// <summary>Decodes the frame at a byte of the file.</summary>
    /// <returns>The byte behind the frame.</returns>
    /// <exception cref="AudioFormatException">There is none, or it is damaged or cut off.</exception>
    internal int Decode(ReadOnlySpan<byte> file, int at, string name)
    {
        FlacFrameHeader header = FlacFrameHeader.Parse(file, at, info, name);
        Reserve(header.BlockSize);
        int side = header.Coding switch
        {
            FlacStereo.Independent => -1,
            FlacStereo.SideRight => 0,
            _ => 1,
        };
        var bits = new FlacBitReader(file, at, header.Length, name);
        for (int channel = 0; channel < info.Channels; channel++)
        {
            int width = info.BitsPerSample + (channel == side ? 1 : 0);
            if (width > WidestInt)
            {
                FlacSubframe.Decode(ref bits, WideRow(), width);
            }
            else
            {
                FlacSubframe.Decode(ref bits, Row(channel), width);
            }
        }

        int end = bits.ToByte();
        CheckSum(file, at, end, name);
        Join(header.Coding);
        CheckRange(ref bits);
        return end + ChecksumBytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(rows);
        ArrayPool<long>.Shared.Return(wideRow);
        rows = [];
        wideRow = [];
    }

    private static void CheckSum(ReadOnlySpan<byte> file, int at, int end, string name)
    {
        if (end > file.Length - ChecksumBytes)
        {
            throw FlacBitReader.Truncated(file, at, name);
        }

        int sum = FlacChecksums.Crc16(file[at..end]);
        int expected = file[end] << 8 | file[end + 1];
        if (sum != expected)
        {
            throw AudioFormatException.Of(
                name,
                $"the frame at byte {at} is damaged: its checksum is {sum:X4}, {expected:X4} was expected (byte {end})",
                FlacBitReader.CopyAgain);
        }
    }

    private void Reserve(int samples)
    {
        rowLength = FlacPrediction.Margin + samples;
        int length = info.Channels * rowLength;
        if (rows.Length < length)
        {
            ArrayPool<int>.Shared.Return(rows);
            rows = [];
            rows = ArrayPool<int>.Shared.Rent(length);
        }
    }

    private Span<int> Row(int channel) => rows.AsSpan(channel * rowLength, rowLength);

    private Span<long> WideRow()
    {
        if (wideRow.Length < rowLength)
        {
            ArrayPool<long>.Shared.Return(wideRow);
            wideRow = [];
            wideRow = ArrayPool<long>.Shared.Rent(rowLength);
        }

        return wideRow.AsSpan(0, rowLength);
    }

    // Left and right from what the frame holds of them. Sums wrap around; only what does not fit the sample size, and
    // so is refused next, is changed by it.
    private void Join(FlacStereo coding)
    {
        if (coding == FlacStereo.Independent)
        {
            return;
        }

        Span<int> first = Row(0)[FlacPrediction.Margin..];
        Span<int> second = Row(1)[FlacPrediction.Margin..];
        if (info.BitsPerSample == WidestInt)
        {
            JoinWide(coding, first, second, WideRow()[FlacPrediction.Margin..]);
            return;
        }

        switch (coding)
        {
            case FlacStereo.LeftSide:
                TensorPrimitives.Subtract(first, second, second);
                break;
            case FlacStereo.SideRight:
                TensorPrimitives.Add(first, second, first);
                break;
            default:
                for (int i = 0; i < first.Length && i < second.Length; i++)
                {
                    // The mean was rounded down, and the side's lowest bit says from what.
                    int right = first[i] - (second[i] >> 1);
                    first[i] = right + second[i];
                    second[i] = right;
                }

                break;
        }
    }

    private static void JoinWide(FlacStereo coding, Span<int> first, Span<int> second, ReadOnlySpan<long> side)
    {
        for (int i = 0; i < side.Length; i++)
        {
            int right = (int)(coding switch
            {
                FlacStereo.LeftSide => first[i] - side[i],
                FlacStereo.SideRight => second[i],
                _ => first[i] - (side[i] >> 1),
            });
            first[i] = (int)(right + side[i]);
            second[i] = right;
        }
    }

    private void CheckRange(ref FlacBitReader bits)
    {
        int most = (int)((1L << (info.BitsPerSample - 1)) - 1);
        for (int channel = 0; channel < info.Channels; channel++)
        {
            ReadOnlySpan<int> samples = this[channel];
            if (TensorPrimitives.Max(samples) > most || TensorPrimitives.Min(samples) < -most - 1)
            {
                throw bits.Damaged($"a sample has more than {info.BitsPerSample} bits");
            }
        }
    }
}
