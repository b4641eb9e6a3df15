using System.Text;
using NativeCnn.Engine.Caching;
using NativeCnn.Tests.Model;

namespace NativeCnn.Tests.Engine.Caching;

/// <summary>The folder of compiled kernels.</summary>
public sealed class KernelCacheTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];

    private readonly TemporaryFolder folder = new();

    private KernelCache Cache => KernelCache.In(folder["kernels"]);

    [Fact]
    public void Content_Kept_IsFoundByItsKeyAlone()
    {
        Cache.Write("one", Content);
        Cache.Write("another", []);

        KernelCache opened = Cache;
        Assert.Equal(Content, opened.Read("one")!);
        Assert.Equal([], opened.Read("another")!);
        Assert.Null(opened.Read("a third"));
        Assert.Equal((2, 1, null), (opened.Hits, opened.Misses, opened.Trouble));
        Assert.Equal(2, opened.Size.Files);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(80)]
    [InlineData(2000)]
    [InlineData(-1)]
    public void File_Damaged_CountsAsNotThereAndIsRewritten(int at)
    {
        Cache.Write("one", Content);
        string path = Assert.Single(Directory.GetFiles(folder["kernels"]));
        byte[] whole = File.ReadAllBytes(path);
        byte[] damaged = [.. whole];
        damaged[at < 0 ? whole.Length - 1 : at] ^= 1;

        foreach (byte[] bad in (byte[][])[damaged, whole[..(at < 0 ? whole.Length - 1 : at)], [.. whole, 0]])
        {
            File.WriteAllBytes(path, bad);
            Assert.Null(Cache.Read("one"));
            Cache.Write("one", Content);
            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void File_OfAnotherKey_CountsAsNotThere()
    {
        Cache.Write("one", Content);
        string path = Assert.Single(Directory.GetFiles(folder["kernels"]));
        Cache.Write("two", Content);
        string other = Directory.GetFiles(folder["kernels"]).Single(file => file != path);

        File.Copy(other, path, overwrite: true);

        Assert.Null(Cache.Read("one"));
    }

    [Fact]
    public void Caches_ThatWriteTheSameAtOnce_NeverShowHalfAFile()
    {
        Cache.Write("one", Content);
        Parallel.For(0, 4, writer =>
        {
            for (int i = 0; i < 50; i++)
            {
                KernelCache cache = Cache;
                cache.Write("one", Content);
                Assert.Equal(Content, cache.Read("one")!);
                Assert.Null(cache.Trouble);
            }
        });

        Assert.EndsWith(".kernel", Assert.Single(Directory.GetFiles(folder["kernels"])), StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_ThatCannotBeWritten_IsNoError()
    {
        KernelCache cache = KernelCache.In(Path.Combine(folder.Text("file", "in the way"), "kernels"));

        cache.Write("one", Content);

        Assert.Null(cache.Read("one"));
        Assert.NotNull(cache.Trouble);
        Assert.Equal((0, 0), cache.Size);
    }

    [Fact]
    public void Folder_BeyondItsLimit_LosesWhatWasLongestUnused()
    {
        KernelCache cache = KernelCache.In(folder["kernels"], 12_000);
        cache.Write("first", Content);
        cache.Write("second", Content);
        foreach (string file in Directory.GetFiles(folder["kernels"]))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-2));
            File.SetLastAccessTimeUtc(file, DateTime.UtcNow.AddHours(-2));
        }

        string abandoned = folder["kernels/killed.tmp"];
        File.WriteAllText(abandoned, "half");
        File.SetLastWriteTimeUtc(abandoned, DateTime.UtcNow.AddDays(-2));
        Assert.NotNull(cache.Read("first"));
        cache.Write("third", Content);

        Assert.NotNull(cache.Read("first"));
        Assert.Null(cache.Read("second"));
        Assert.NotNull(cache.Read("third"));
        Assert.False(File.Exists(abandoned));
        Assert.InRange(cache.Size.Bytes, 10_000, 12_000);
        cache.Write("too large for it", Encoding.ASCII.GetBytes(new string('x', 20_000)));
        Assert.Equal(2, cache.Size.Files);
    }

    public void Dispose() => folder.Dispose();
}
