using NativeCnn.Engine.Ptx.Counting;

namespace NativeCnn.Tests.Engine.Ptx;

/// <summary>Sectors of global memory and turns of shared memory, of requests whose cost is known.</summary>
public sealed class PtxAccessTests
{
    [Theory]
    [InlineData(0, 1, 4, 4, 4)]     // 32 neighbours from a sector's start: 128 bytes, 4 sectors.
    [InlineData(4, 1, 4, 5, 4)]     // One float further: it begins in one sector and ends in a fifth.
    [InlineData(0, 0, 4, 1, 1)]     // All the same float.
    [InlineData(0, 2, 4, 8, 4)]     // Every other float: twice the sectors.
    [InlineData(0, 8, 4, 32, 4)]    // A sector a lane.
    [InlineData(0, 32, 4, 32, 4)]   // And no more than that.
    [InlineData(0, 4, 16, 16, 16)]  // Neighbouring float4: 512 bytes.
    [InlineData(0, 16, 16, 32, 16)] // A float4 every 64 bytes: half of each sector.
    public void GlobalRequest_OfLanesAStepApart_TakesItsSectors(int start, int step, int bytes, int sectors, int ideal)
    {
        long[] addresses = [.. Enumerable.Range(0, 32).Select(lane => 4096L + start + (4L * step * lane))];

        Assert.Equal((sectors, ideal), PtxAccess.Sectors([.. addresses], bytes));
        Assert.Equal((sectors, ideal), PtxAccess.Sectors([.. addresses.Reverse()], bytes));
    }

    [Theory]
    [InlineData(1, 4, 1, 1)]    // Neighbours: 32 banks.
    [InlineData(0, 4, 1, 1)]    // One word for all.
    [InlineData(2, 4, 2, 1)]    // Every other bank, twice.
    [InlineData(16, 4, 16, 1)]
    [InlineData(32, 4, 32, 1)]  // All in one bank.
    [InlineData(33, 4, 1, 1)]   // Padded by one.
    [InlineData(2, 8, 2, 2)]    // Neighbouring float2: two half-warps.
    [InlineData(32, 8, 32, 2)]  // 16 lanes in two banks, twice.
    [InlineData(4, 16, 4, 4)]   // Neighbouring float4: four quarter-warps.
    [InlineData(8, 16, 8, 4)]   // Every other float4: 8 lanes in 16 banks.
    [InlineData(32, 16, 32, 4)]
    public void SharedRequest_OfLanesAStepApart_TakesItsTurns(int step, int bytes, int turns, int ideal)
    {
        long[] offsets = [.. Enumerable.Range(0, 32).Select(lane => 4L * step * lane)];

        Assert.Equal((turns, ideal), PtxAccess.Turns(offsets, bytes));
    }

    [Fact]
    public void SharedRequest_OfOneLane_TakesOneTurn()
    {
        long[] offsets = [.. Enumerable.Range(0, 32).Select(lane => lane == 7 ? 64L : -1)];

        Assert.Equal((1, 1), PtxAccess.Turns(offsets, 16));
    }
}
