using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Simd;

/// <summary>
/// Asks for a rectangle of memory that work will need soon, some rows at a time beside other work, as
/// <see cref="AskAhead"/> does for what lies in one piece.
/// </summary>
/// <param name="first">The first float of the first row.</param>
/// <param name="stride">Floats from a row to the next.</param>
/// <param name="rows">Rows; 0 to ask for nothing.</param>
/// <param name="width">Floats of a row.</param>
internal unsafe struct AskRows(float* first, long stride, int rows, int width)
{
    private const int FloatsOfLine = 16;

    private float* at = first;
    private int left = rows;

    /// <summary>Asks for the next rows.</summary>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Next(int count)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (int end = left - Math.Min(count, left); left > end; left--, at += stride)
        {
            for (int i = 0; i < width; i += FloatsOfLine)
            {
                Sse.Prefetch1(at + i);
            }

            // A row that does not begin with a line ends in one more.
            Sse.Prefetch1(at + width - 1);
        }
    }
}
