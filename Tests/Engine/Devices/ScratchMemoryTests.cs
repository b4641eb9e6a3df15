using NativeCnn.Engine.Devices;

namespace NativeCnn.Tests.Engine.Devices;

public sealed unsafe class ScratchMemoryTests
{
    [Fact]
    public void Rooms_AreTheSameForEveryOperator_AndApart()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 3);
        device.Scratch.ReserveRooms(100);
        device.Scratch.ReserveRooms(5000);

        WorkerRooms small = device.Scratch.TakeRooms(10);
        WorkerRooms large = device.Scratch.TakeRooms(5000);

        for (int worker = 0; worker < 3; worker++)
        {
            Assert.True(small[worker] == large[worker]);
            Assert.Equal(0, (long)large[worker] % 256);
            Assert.True(worker == 0 || large[worker] - large[worker - 1] >= 5000);
        }
    }

    [Fact]
    public void Rooms_ThatNobodyReserved_AreRefused()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        device.Scratch.ReserveRooms(100);

        Assert.Contains(
            "reserve them when planning",
            Assert.Throws<InvalidOperationException>(() => device.Scratch.TakeRooms(1_000_000)).Message);
    }

    [Fact]
    public void Rooms_OfAMemoryScope_EndWithIt()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        device.Scratch.ReserveRooms(100);
        float* before = device.Scratch.TakeRooms(100)[0];
        using (device.OpenScope())
        {
            device.Scratch.ReserveRooms(1_000_000);
        }

        Assert.True(before == device.Scratch.TakeRooms(100)[0]);
        Assert.Throws<InvalidOperationException>(() => device.Scratch.TakeRooms(1_000_000));
    }
}
