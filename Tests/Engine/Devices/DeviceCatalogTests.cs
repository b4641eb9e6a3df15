using NativeCnn.Engine.Devices;

namespace NativeCnn.Tests.Engine.Devices;

public sealed class DeviceCatalogTests
{
    [Fact]
    public void DeviceCatalog_List_HasTheHostFirstAndTheSimulator()
    {
        IReadOnlyList<DeviceInfo> devices = DeviceCatalog.List();

        Assert.Equal(DeviceKind.Cpu, devices[0].Kind);
        Assert.Contains(devices, device => device.Kind == DeviceKind.Simulator);
        Assert.Equal(devices.Count, devices.Select(device => device.Selector).Distinct().Count());
        Assert.All(devices, device => Assert.NotEmpty(device.Name));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:99")]
    [InlineData("opencl:99")]
    [InlineData("cuda:")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0:0")]
    [InlineData("")]
    public void DeviceCatalog_UnknownDevice_ErrorListsThoseThere(string selector)
    {
        DeviceException error = Assert.Throws<DeviceException>(() => DeviceCatalog.Open(selector));

        Assert.Contains($"'{selector}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("auto", error.Message, StringComparison.Ordinal);
        Assert.All(
            DeviceCatalog.List(), device => Assert.Contains(device.Selector, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cpu", DeviceKind.Cpu)]
    [InlineData(" CPU ", DeviceKind.Cpu)]
    [InlineData("Simulator", DeviceKind.Simulator)]
    public void DeviceCatalog_Selector_OpensThatDevice(string selector, DeviceKind kind)
    {
        using ComputeDevice device = DeviceCatalog.Open(selector, workers: 1);

        Assert.Equal(kind, device.Info.Kind);
        Assert.Equal(1, device.Workers.Count);
    }

    [Fact]
    public void DeviceCatalog_Auto_OpensAGpuOrTheHost()
    {
        using ComputeDevice device = DeviceCatalog.Open();

        Assert.Equal(DeviceCatalog.List().Any(info => info.IsGpu), device.Info.IsGpu);
        Assert.True(device.Info.IsGpu || device.IsHost);
    }
}
