// Bits of a frame, the most significant first. A 64-bit word holds the next ones at its top, so that a count of its
// leading zeros is a unary code; it is filled by reads of eight bytes.

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NativeCnn.Features.Audio.Flac;

/// <summary>
/// Reads bits of a file from the end of a frame's header on. Behind the end of the file it gives zeros, and
/// <see cref="ThrowIfPastTheEnd"/> says so; nothing is read from memory that is not the file's.
/// </summary>
internal ref struct FlacBitReader
{
    /// <summary>What to do about a damaged file.</summary>
    internal const string CopyAgain = "copy the whole file again";

    // A fill leaves at least so many bits in the word.
    private const int FilledBits = 56;

    private readonly ReadOnlySpan<byte> file;
    private readonly int frame;
    private readonly string name;

    // The word's upper `held` bits are the next ones; those below are zero, or already bits of the byte at `next`.
    private ulong word;
    private int held;
    private int next;

    /// <summary>A reader of the frame at a byte, from behind its header on.</summary>
    internal FlacBitReader(ReadOnlySpan<byte> file, int frame, int headerBytes, string name)
    {
        this.file = file;
        this.frame = frame;
        this.name = name;
        next = frame + headerBytes;
    }

    // 64-bit: eight times 2 GiB.
    private readonly long BitsRead => (8L * next) - held;

    /// <summary>The error of a file that ends within the frame at a byte.</summary>
    internal static AudioFormatException Truncated(ReadOnlySpan<byte> file, int frame, string name) =>
        AudioFormatException.Of(
            name, $"it is truncated: it ends at byte {file.Length}, within the frame at byte {frame}", CopyAgain,
            isAtTheEnd: true);

    /// <summary>The error of a frame that says the impossible where the reader stands.</summary>
    internal readonly AudioFormatException Damaged(string problem) =>
        AudioFormatException.Of(
            name, $"the frame at byte {frame} is damaged: {problem} before byte {(BitsRead + 7) / 8}", CopyAgain);

    /// <summary>The next bits as a number without a sign.</summary>
    /// <param name="count">0 to 32.</param>
    internal uint Read(int count)
    {
        Fill();
        uint value = (uint)(word >> 1 >> (63 - count));
        Skip(count);
        return value;
    }

    /// <summary>The next bits as a number in two's complement.</summary>
    /// <param name="count">1 to 33.</param>
    internal long ReadSigned(int count)
    {
        Fill();
        long value = (long)word >> (64 - count);
        Skip(count);
        return value;
    }

    /// <summary>The number of zeros before the next one, which is read too.</summary>
    /// <exception cref="AudioFormatException">The file ends before.</exception>
    internal long ReadUnary()
    {
        long zeros = 0;
        while (true)
        {
            Fill();
            int here = BitOperations.LeadingZeroCount(word);
            if (here < held)
            {
                Skip(here);
                Skip(1);
                return zeros + here;
            }

            zeros += held;
            Skip(held);
            ThrowIfPastTheEnd();
        }
    }

    /// <summary>A partition of Rice codes: a unary quotient, then the lower bits (RFC 9639, section 9.2.7.2).</summary>
    /// <typeparam name="T">int, or long where the residual belongs to 33-bit samples.</typeparam>
    /// <param name="residual">[samples], filled.</param>
    /// <param name="parameter">The number of lower bits, 0 to 30.</param>
    internal void ReadRice<T>(scoped Span<T> residual, int parameter)
        where T : unmanaged, IBinaryInteger<T>
    {
        // Longer codes, and those of a damaged file that overflow 32 bits, go the slow way.
        int mostZeros = (int)Math.Min(FilledBits - 1 - parameter, uint.MaxValue >> parameter);
        int lastWholeRead = file.Length - sizeof(ulong);
        ref byte start = ref MemoryMarshal.GetReference(file);
        (ulong word, int held, int next) = (this.word, this.held, this.next);
        for (int i = 0; i < residual.Length; i++)
        {
            if (next <= lastWholeRead)
            {
                ulong bytes = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, next));
                word |= (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(bytes) : bytes) >> held;
                next += (63 - held) >> 3;
                held |= FilledBits;
                int zeros = BitOperations.LeadingZeroCount(word);
                if (zeros <= mostZeros)
                {
                    word <<= zeros + 1;
                    residual[i] = T.CreateTruncating(
                        Unfold(((uint)zeros << parameter) | (uint)(word >> 1 >> (63 - parameter))));
                    word <<= parameter;
                    held -= zeros + 1 + parameter;
                    continue;
                }
            }

            (this.word, this.held, this.next) = (word, held, next);
            residual[i] = T.CreateTruncating(ReadRice(parameter));
            (word, held, next) = (this.word, this.held, this.next);
        }

        (this.word, this.held, this.next) = (word, held, next);
    }

    /// <summary>Goes on to the next whole byte, and tells which it is.</summary>
    internal int ToByte()
    {
        Skip(held & 7);
        ThrowIfPastTheEnd();
        return (int)(BitsRead / 8);
    }

    /// <summary>Refuses what was read where the file had already ended.</summary>
    /// <exception cref="AudioFormatException">It is truncated.</exception>
    internal readonly void ThrowIfPastTheEnd()
    {
        if (BitsRead > 8L * file.Length)
        {
            throw Truncated(file, frame, name);
        }
    }

    // 0, -1, 1, -2, 2, ... by their place in this list.
    private static int Unfold(uint folded) => (int)(folded >> 1) ^ -(int)(folded & 1);

    private int ReadRice(int parameter)
    {
        long quotient = ReadUnary();
        return quotient <= uint.MaxValue >> parameter
            ? Unfold(((uint)quotient << parameter) | Read(parameter))
            : throw Damaged("a residual has more than 32 bits");
    }

    private void Fill()
    {
        if (next <= file.Length - sizeof(ulong))
        {
            word |= BinaryPrimitives.ReadUInt64BigEndian(file[next..]) >> held;
            next += (63 - held) >> 3;
            held |= FilledBits;
            return;
        }

        for (; held < FilledBits; held += 8, next++)
        {
            ulong value = next < file.Length ? file[next] : 0u;
            word |= value << (FilledBits - held);
        }
    }

    private void Skip(int count)
    {
        word <<= count;
        held -= count;
    }
}
