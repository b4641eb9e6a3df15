using NativeCnn.Engine.Devices;

namespace NativeCnn.Tests.Engine.Devices;

public sealed class DeviceDiagnosisTests
{
    private static readonly OpenClDevice Usable = new("gpu", "OpenCL 3.0 vendor", true, HasGenericAddressSpace: true);

    [Fact]
    public void DeviceDiagnosis_NoOpenClLoader_NamesTheLibrary() =>
        Assert.Contains(OpenClProbe.LibraryName, ReasonOf(new OpenClFindings(false, 0, [])), StringComparison.Ordinal);

    [Fact]
    public void DeviceDiagnosis_LoaderWithoutPlatform_AsksForADriver()
    {
        string reason = ReasonOf(new OpenClFindings(true, -1001, []));

        Assert.Contains("no platform (clGetPlatformIDs: -1001)", reason, StringComparison.Ordinal);
        Assert.Contains("/etc/OpenCL/vendors", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void DeviceDiagnosis_PlatformWithoutDevice_NamesThePlatform() =>
        Assert.Contains(
            "'Vendor CL' has no device",
            ReasonOf(new OpenClFindings(true, 0, [new OpenClPlatform("Vendor CL", [])])), StringComparison.Ordinal);

    [Theory]
    [InlineData("OpenCL 1.2 vendor", true, true, "needs OpenCL 2.0")]
    [InlineData("OpenCL 1.2 vendor", true, false, "needs OpenCL 2.0")]
    [InlineData("nonsense", true, true, "needs OpenCL 2.0")]
    [InlineData("OpenCL 3.0 PoCL HSTR: cpu", true, false, "no generic address space")]
    [InlineData("OpenCL 3.0 vendor", false, true, "not available")]
    public void DeviceDiagnosis_UnusableDevice_SaysWhatItLacks(
        string version, bool available, bool hasGenericAddressSpace, string expected)
    {
        string reason = ReasonOf(FindingsOf(new OpenClDevice("gpu", version, available, hasGenericAddressSpace)));

        Assert.Contains("'gpu' of 'Vendor CL'", reason, StringComparison.Ordinal);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OpenCL 2.0 vendor", false)] // The question is not asked before 3.0: 2.x has it always.
    [InlineData("OpenCL 2.1", false)]
    [InlineData("OpenCL 3.0 vendor", true)]
    public void DeviceDiagnosis_UsableDeviceThatIsListed_IsNotLeftOut(string version, bool hasGenericAddressSpace) =>
        Assert.Empty(DeviceDiagnosis.Explain(
            FindingsOf(new OpenClDevice("gpu", version, true, hasGenericAddressSpace)), listed: 1));

    [Fact]
    public void DeviceDiagnosis_UsableDeviceThatIsNotListed_IsTold() =>
        Assert.Contains(
            "1 device could be used, but ILGPU lists none", ReasonOf(FindingsOf(Usable)), StringComparison.Ordinal);

    [Fact]
    public void DeviceDiagnosis_OneOfTwoDevicesUnusable_OnlyThatIsLeftOut()
    {
        OpenClFindings found = FindingsOf(Usable, Usable with { Name = "old", Version = "OpenCL 1.1" });

        SkippedDevice one = Assert.Single(DeviceDiagnosis.Explain(found, listed: 1));
        Assert.Contains("'old'", one.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0, 0, "on this machine; it comes with NVIDIA's driver")]
    [InlineData(true, 100, 0, "finds no device")]
    [InlineData(true, 0, 0, "finds no device")]
    [InlineData(true, 803, 0, "CUDA error 803")]
    [InlineData(true, 0, 2, "has 2 devices, but ILGPU lists none")]
    public void DeviceDiagnosis_NoCudaDeviceListed_SaysWhy(bool hasDriver, int status, int devices, string expected)
    {
        SkippedDevice cuda = Assert.Single(
            DeviceDiagnosis.Explain(new CudaFindings(hasDriver, status, devices), listed: 0));

        Assert.Equal("cuda", cuda.Backend);
        Assert.Contains(expected, cuda.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void DeviceDiagnosis_CudaDeviceListed_IsNotLeftOut() =>
        Assert.Empty(DeviceDiagnosis.Explain(new CudaFindings(true, 0, 1), listed: 1));

    [Fact]
    public void DeviceDiagnosis_ThisMachine_EveryBackendIsListedOrExplained()
    {
        IReadOnlyList<DeviceInfo> devices = DeviceCatalog.List();
        IReadOnlyList<SkippedDevice> skipped = DeviceDiagnosis.Explain(devices);

        Assert.True(devices.Any(one => one.Kind == DeviceKind.Cuda) || skipped.Any(one => one.Backend == "cuda"));
        Assert.True(devices.Any(one => one.Kind == DeviceKind.OpenCl) || skipped.Any(one => one.Backend == "opencl"));
        Assert.DoesNotContain(skipped, one => one.Reason.Contains('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void DeviceCatalog_BackendWithoutDevice_ErrorSaysWhy()
    {
        IReadOnlyList<DeviceInfo> devices = DeviceCatalog.List();
        foreach (SkippedDevice one in DeviceDiagnosis.Explain(devices))
        {
            DeviceException error = Assert.Throws<DeviceException>(() => DeviceCatalog.Open($"{one.Backend}:99"));

            Assert.Contains(one.Reason, error.Message, StringComparison.Ordinal);
        }
    }

    private static OpenClFindings FindingsOf(params OpenClDevice[] devices) =>
        new(true, 0, [new OpenClPlatform("Vendor CL", devices)]);

    private static string ReasonOf(OpenClFindings found)
    {
        SkippedDevice one = Assert.Single(DeviceDiagnosis.Explain(found, listed: 0));
        Assert.Equal("opencl", one.Backend);
        return one.Reason;
    }
}
