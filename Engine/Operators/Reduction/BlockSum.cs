// A thread's share of a sum in a portable kernel; GroupSum adds the shares of the threads.
using ILGPU;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Two sums over places a group apart, block by block, so that their errors grow with the number of blocks alone.
/// </summary>
internal static class BlockSum
{
    private const int TermsOfBlock = 64;

    /// <summary>The share of the thread that asks in the sums over places 0 to <paramref name="count"/>.</summary>
    public static Float2 OfThread<TTerms>(TTerms terms, int count)
        where TTerms : struct, ITerms
    {
        float x = 0f;
        float y = 0f;
        for (int first = Group.IdxX; first < count; first += TermsOfBlock * Group.DimX)
        {
            int last = IntrinsicMath.Min(count, first + (TermsOfBlock * Group.DimX));
            float partOfX = 0f;
            float partOfY = 0f;
            for (int i = first; i < last; i += Group.DimX)
            {
                Float2 term = terms.At(i);
                partOfX += term.X;
                partOfY += term.Y;
            }

            x += partOfX;
            y += partOfY;
        }

        return new Float2(x, y);
    }
}
