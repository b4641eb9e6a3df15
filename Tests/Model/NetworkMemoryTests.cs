using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>What a network takes is known, and refused, before it is taken.</summary>
public sealed class NetworkMemoryTests
{
    private const string Layers = """
        {"name":"wide","layers":[
          {"type":"conv1d","filters":4000,"taps":3,"padding":1},{"type":"relu"},{"type":"global_average_pool"},
          {"type":"dense"}]}
        """;

    private static NetworkGraph Graph => new(NetworkSpec.Parse(Layers), new Shape(100, 1000), 10);

    [Fact]
    public void Network_WithoutRoomForItsParameters_SaysHowMuchItTakesAndHowMuchThereIs()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", 2);
        device.Memory.Limit = device.Memory.Taken + (1 << 20);

        var error = Assert.Throws<NetworkSpecException>(() => new Network(device, Graph));

        // 4000 x 300 + 4000 + 10 x 4000 + 10 numbers, and their gradients.
        Assert.Equal(
            "the network 'wide' takes 9.5 MiB of memory, and device cpu has 1 MiB left: use fewer filters or " +
            "outputs, or another --device",
            error.Message);
        Assert.InRange(device.Memory.Taken, 0, device.Memory.Limit);
    }

    [Fact]
    public void Network_WithoutRoomForAMiniBatch_IsRefusedBeforeItsParametersAreTaken()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", 2);
        device.Memory.Limit = device.Memory.Taken + (256 << 20);
        var network = Network.Planned(device, Graph);
        long before = device.Memory.Taken;

        var error = Assert.Throws<NetworkSpecException>(() => network.ExpectRoom(16, training: true));

        Assert.Contains(
            "the network 'wide' with mini-batches of 16 clips [100, 1000]", error.Message, StringComparison.Ordinal);
        Assert.Contains("a lower --batch-size or shorter clips", error.Message, StringComparison.Ordinal);
        Assert.InRange(device.Memory.Taken - before, 0, 200 << 20); // Scratch of the operators that were asked.
    }

    [Fact]
    public void Network_OfWeightsFromAFile_DrawsNone()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", 2);
        var network = Network.Planned(device, Graph, forTraining: false);

        long allocated = Allocated.By(() => network.Begin(initializer: null), runs: 1);

        Assert.All(network.Parameters.Values.ToArray(), value => Assert.Equal(0f, value));
        Assert.InRange(allocated, 0, 100_000);
    }

    [Fact]
    public void Device_AskedForMoreThanTheMachineHas_Refuses()
    {
        using ComputeDevice device = DeviceCatalog.Open("cpu", 2);
        long room = device.Memory.Room;

        Assert.InRange(room, 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        Assert.Throws<DeviceMemoryException>(
            () => device.Scratch.Reserve((room + (1L << 32)) / sizeof(float)));
    }
}
