using System.Reflection;
using System.Runtime.CompilerServices;

namespace NativeCnn.Tests.Golden;

public sealed class GoldenFolderTests
{
    /// <summary>A file that no theory has a row of was made for nothing.</summary>
    [SkippableFact]
    public void Golden_EveryFile_IsARowOfATheory()
    {
        Skip.IfNot(GoldenFolder.IsOurs, "another set of golden files may have what is not here");

        HashSet<string> read = [.. typeof(GoldenFolderTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<MemberDataAttribute>()
                .SelectMany(data => data.GetData(method)))
            .SelectMany(row => row)
            .SelectMany(cell => cell is ITuple tuple
                ? Enumerable.Range(0, tuple.Length).Select(i => tuple[i])
                : [cell])
            .OfType<string>()];

        Assert.Equal([], GoldenFolder.Files().Where(name => !read.Contains(name)));
    }
}
