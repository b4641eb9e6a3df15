using ILGPU.Runtime.Cuda;
using NativeCnn.Tests.Model;
using NativeCnn.Tools.Benchmarking;
using NativeCnn.Tools.Benchmarking.Vendors;

namespace NativeCnn.Tests.Tools.Benchmarking;

/// <summary>What is read of the machine: caches, clocks, NVIDIA's libraries.</summary>
public sealed class MachineFactsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Cache_IsTheLargestThatLinuxTells()
    {
        Write("index0/size", "32K\n");
        Write("index3/size", "32768K\n");
        Write("index2/size", "1M\n");

        Assert.Equal(32L << 20, CacheSize.OfProcessor(folder.Path));
        Assert.True(CacheSize.OfProcessor(folder["nowhere"]) > 0);
    }

    [Fact]
    public void Clock_IsTheFastestProcessors()
    {
        Write("cpuinfo", "processor\t: 0\ncpu MHz\t\t: 2595.124\nprocessor\t: 1\ncpu MHz\t\t: 3100.5\n");
        Assert.Equal(3100.5, DeviceClock.OfProcessor(folder["nowhere"], folder["cpuinfo"]));

        Write("cpus/cpu0/cpufreq/scaling_cur_freq", "1800000\n");
        Write("cpus/cpu1/cpufreq/scaling_cur_freq", "2400000\n");
        Assert.Equal(2400, DeviceClock.OfProcessor(folder["cpus"], folder["cpuinfo"]));
        Assert.Null(DeviceClock.OfProcessor(folder["nowhere"], folder["nothing"]));
    }

    [Fact]
    public void Clock_ThatIsLowerAfter_Fell()
    {
        Assert.True(new ClockReading(1980, 1755).Fell);
        Assert.False(new ClockReading(1980, 1965).Fell);
        Assert.False(new ClockReading(1755, 1980).Fell);
    }

    [Theory]
    [InlineData("libcublas.so.12", "libcublas.so.12 libcublas.so.13")]
    [InlineData("libcublas.so.11", "libcublas.so.11")]
    [InlineData("libcufft.so.12", "libcufft.so.12")]
    [InlineData("nvidia-ml.so", "libnvidia-ml.so.1")]
    public void CudaLibrary_IsLookedForByTheNamesThatThereAre(string asked, string names) =>
        Assert.Equal(names.Split(' '), CudaLibraries.NamesOf(asked));

    [Fact]
    public void CudaLibrary_OfANamedFolder_ComesBeforeTheSystems()
    {
        Write("libcublas.so.13", "");

        Assert.Equal(
            ["libcublas.so.12", folder["libcublas.so.13"], "libcublas.so.13"],
            CudaLibraries.FilesOf("libcublas.so.12", [folder["nowhere"], folder.Path]));
    }

    [SkippableFact]
    public void CudaLibrary_ThatIsNotThere_IsLeftOutInOneLine()
    {
        Skip.If(System.Runtime.InteropServices.NativeLibrary.TryLoad("libcufft.so.11", out _), "cuFFT is installed");
        List<string> told = [];

        Assert.Null(CudaVendor.Loaded("cuFFT", () => new CuFFT(), told.Add));
        Assert.Contains("cuFFT is left out", Assert.Single(told), StringComparison.Ordinal);
        Assert.Contains(CudaLibraries.Variable, told[0], StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllText(folder[name], text);
    }
}
