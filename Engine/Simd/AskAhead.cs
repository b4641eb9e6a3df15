using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NativeCnn.Engine.Simd;

/// <summary>
/// Asks for memory that work will need soon, a little at a time beside other work: asked for at once, most of it would
/// be waited for, or not be fetched. Where the processor cannot be asked, nothing is done.
/// </summary>
/// <param name="from">The first float.</param>
/// <param name="length">Floats; 0 to ask for nothing.</param>
internal unsafe struct AskAhead(float* from, long length)
{
    private const int FloatsOfLine = 16;

    private float* at = from;
    private readonly float* end = from + length;

    /// <summary>Asks for the next floats.</summary>
    /// <param name="floats">How many, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Next(int floats)
    {
        if (!Sse.IsSupported || at >= end)
        {
            return;
        }

        float* stop = at + Math.Min(floats, end - at);
        for (; at < stop; at += FloatsOfLine)
        {
            // Into the second cache: the first one is full of what is worked on.
            Sse.Prefetch1(at);
        }
    }
}
