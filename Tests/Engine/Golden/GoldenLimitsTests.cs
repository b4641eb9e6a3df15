using NativeCnn.Tests.Golden;
using Xunit.Abstractions;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class GoldenLimitsTests(ITestOutputHelper output)
{
    /// <summary>Of the project's own set, none is left out; of another, all are told.</summary>
    [SkippableTheory]
    [InlineData("optim-", "")]
    [InlineData("layer-softmax", "")]
    [InlineData("layer-log_softmax", "")]
    [InlineData("layer-cross_entropy", "")]
    [InlineData("layer-bce_with_logits", "")]
    public void Golden_FilesLeftOut_AreFewAndHaveAReason(string prefix, string expected)
    {
        (string Name, string Reason)[] excluded = [.. GoldenLimits.Excluded(prefix)];
        foreach ((string name, string reason) in excluded)
        {
            output.WriteLine($"{name} is left out: {reason}");
        }

        Skip.IfNot(GoldenFolder.IsOurs, "another set of golden files may have what is not here; see the output");
        Assert.Equal(expected, string.Join(" ", excluded.Select(one => one.Name)));
    }
}
