// Clips of any length become clips of one length.

using NativeCnn.Features.Audio;

namespace NativeCnn.Tests.Features;

public class ClipShaperTests
{
    [Theory]
    [InlineData(ClipAlignment.Start, new float[] { 1, 2, 3 }, 5, new float[] { 1, 2, 3, 0, 0 })]
    [InlineData(ClipAlignment.Start, new float[] { 1, 2, 3, 4 }, 2, new float[] { 1, 2 })]
    [InlineData(ClipAlignment.Center, new float[] { 1, 2, 3 }, 6, new float[] { 0, 1, 2, 3, 0, 0 })]
    [InlineData(ClipAlignment.Center, new float[] { 1, 2, 3, 4, 5 }, 2, new float[] { 2, 3 })]
    [InlineData(ClipAlignment.Center, new float[] { }, 2, new float[] { 0, 0 })]
    [InlineData(ClipAlignment.Start, new float[] { 1 }, 0, new float[] { })]
    public void ClipShaper_OfAnyLength_CutsOrPads(
        ClipAlignment alignment, float[] samples, int length, float[] expected)
    {
        Assert.Equal(expected, ClipShaper.Fit(samples, length, alignment));

        float[] row = [.. Enumerable.Repeat(9f, length)];
        ClipShaper.Fit(samples, row, alignment);
        Assert.Equal(expected, row);
    }
}
