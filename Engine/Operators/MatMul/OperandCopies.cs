using ILGPU;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// What one of 256 threads copies of an operand at a step of 8 terms, into a tile [k, line] of 128 lines: four elements
/// of one term, in one copy of 16 bytes where they are neighbours in memory and in the tile, else one by one, 32 lines
/// apart. Along K a warp takes 8 terms of 4 lines, whole sectors of memory and different banks of the tile.
/// </summary>
internal readonly struct OperandCopies
{
    /// <summary>Float4 from one k of a tile to the next: off by one.</summary>
    public const int Stride = (128 / 4) + 1;

    private const int Terms = 8;
    private const int NextLine = 32;

    private readonly bool isWhole;
    private readonly bool isFull;
    private readonly int line;
    private readonly int lines;
    private readonly int term;
    private readonly int nextAt;

    /// <summary>The share of one thread.</summary>
    /// <param name="thread">Its number in the group.</param>
    /// <param name="inFloat4">Every row of the operand in memory begins at a multiple of 16 bytes.</param>
    /// <param name="firstLine">The tile's first row of op(A) or column of op(B).</param>
    /// <param name="lines">How many there are.</param>
    /// <param name="perLine">Elements in memory from one to the next.</param>
    /// <param name="perTerm">Elements in memory from one term to the next.</param>
    public OperandCopies(int thread, bool inFloat4, int firstLine, int lines, int perLine, int perTerm)
    {
        bool alongK = perTerm == 1;
        isWhole = inFloat4 && !alongK;
        line = alongK ? thread >> 3 : isWhole ? (thread & 31) * 4 : thread & 31;
        term = alongK ? thread & 7 : thread >> 5;
        nextAt = NextLine * perLine;
        this.lines = lines - firstLine;
        isFull = this.lines >= 4 * NextLine;
    }

    /// <summary>Where the thread's first element is.</summary>
    /// <param name="firstLine">The tile's first line.</param>
    /// <param name="k">The first term of a step.</param>
    /// <param name="perLine">Elements in memory from one line to the next.</param>
    /// <param name="perTerm">Elements in memory from one term to the next.</param>
    public int At(int firstLine, int k, int perLine, int perTerm) =>
        ((firstLine + line) * perLine) + ((k + term) * perTerm);

    /// <summary>Starts the copies of a step; zero from the last line and the end of K on.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="at">What <see cref="At"/> says of the step.</param>
    /// <param name="left">Terms from the step's first to the end of K; none where it is not above 0.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="buffer">The buffer's first k in it.</param>
    public void Start(ArrayView<float> operand, int at, int left, ArrayView<Float4> tile, int buffer)
    {
        if (isFull && left >= Terms)
        {
            Start(operand, at, tile, buffer, isInside: true, hasTerm: true);
        }
        else
        {
            Start(operand, at, tile, buffer, isInside: false, term < left);
        }
    }

    // Inside all is there, and no copy asks.
    private void Start(
        ArrayView<float> operand, int at, ArrayView<Float4> tile, int buffer, bool isInside, bool hasTerm)
    {
        if (isWhole)
        {
            AsyncCopy.Start(
                tile, ((buffer + term) * Stride) + (line / 4), operand.Cast<Float4>(), at / 4,
                isInside || (hasTerm && line < lines));
            return;
        }

        ArrayView<float> to = tile.Cast<float>().SubView(((buffer + term) * 4 * Stride) + line);
        AsyncCopy.Start(to, 0, operand, at, isInside || (hasTerm && line < lines));
        AsyncCopy.Start(to, NextLine, operand, at + nextAt, isInside || (hasTerm && line + NextLine < lines));
        AsyncCopy.Start(
            to, 2 * NextLine, operand, at + (2 * nextAt), isInside || (hasTerm && line + (2 * NextLine) < lines));
        AsyncCopy.Start(
            to, 3 * NextLine, operand, at + (3 * nextAt), isInside || (hasTerm && line + (3 * NextLine) < lines));
    }
}
