using NativeCnn.Engine.Devices;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class CosineRowsTests
{
    [Theory]
    [InlineData(2, DctNorm.Ortho, 13, 40, 2, 20)]
    [InlineData(2, DctNorm.Htk, 12, 41, 2, 21)]
    [InlineData(2, DctNorm.None, 128, 128, 14, 64)]
    [InlineData(1, DctNorm.None, 5, 7, 2, 4)]
    [InlineData(3, DctNorm.Ortho, 13, 40, 2, 40)]
    public void CosineRows_FoldTheBands_WhereAllRowsAreMirrored(
        int type, DctNorm norm, int rows, int bands, int groups, int terms)
    {
        ComputeDevice device = TestDevices.Get("cpu");

        var cosines = new CosineRows(device, DctMatrix.Create(rows, bands, norm, type, lifter: 22), bands);

        Assert.Equal(type != 3, cosines.IsFolded);
        Assert.Equal(groups, cosines.Groups);
        Assert.Equal(terms, cosines.TermsOf(0));
        Assert.Equal(
            Enumerable.Range(0, rows), cosines.Rows.ToArray().Where(row => row >= 0).Order());
    }
}
