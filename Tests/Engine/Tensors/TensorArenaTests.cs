using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Tensors;

public sealed class TensorArenaTests
{
    private static readonly Shape[] Plan = [new(3), new(64), new(65), new(2, 5, 7), new(0), new(1), new(128, 33)];

    public static TheoryData<string> Devices => TestDevices.All;

    [Theory]
    [MemberData(nameof(Devices))]
    public void TensorArena_Tensors_DoNotOverlapAndBeginZeroed(string selector)
    {
        var arena = new TensorArena(TestDevices.Get(selector));
        Tensor<float>[] tensors = [.. Plan.Select(shape => arena.Plan(shape))];
        arena.Commit();
        Assert.All(arena.Flat.ToArray(), value => Assert.Equal(0f, value));

        for (int i = 0; i < tensors.Length; i++)
        {
            Assert.Equal(Plan[i], tensors[i].Shape);
            tensors[i].CopyFrom(Enumerable.Repeat(i + 1f, tensors[i].Length).ToArray());
        }

        for (int i = 0; i < tensors.Length; i++)
        {
            Assert.All(tensors[i].ToArray(), value => Assert.Equal(i + 1f, value));
        }

        Assert.Equal(tensors.Sum(t => t.Length), arena.Flat.ToArray().Count(value => value != 0f));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void TensorArena_PlansAlike_HaveTheSameLayout(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[][] layouts = new float[2][];
        for (int which = 0; which < 2; which++)
        {
            var arena = new TensorArena(device);
            Tensor<float>[] tensors = [.. Plan.Select(shape => arena.Plan(shape))];
            int length = arena.Length;
            arena.Commit();
            arena.Commit(); // Once more changes nothing.
            Assert.Equal(length, arena.Flat.Length);
            for (int i = 0; i < tensors.Length; i++)
            {
                tensors[i].CopyFrom(Enumerable.Range(1, tensors[i].Length).Select(e => e + (10_000f * i)).ToArray());
            }

            layouts[which] = arena.Flat.ToArray();
        }

        Assert.Equal(layouts[0], layouts[1]);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void TensorArena_Tensors_BeginAtMultiplesOf256Bytes(string selector)
    {
        var arena = new TensorArena(TestDevices.Get(selector));
        Tensor<float>[] tensors = [.. Plan.Select(shape => arena.Plan(shape))];
        arena.Commit();
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Length > 0)
            {
                tensors[i].CopyFrom([i + 1f, .. new float[tensors[i].Length - 1]]);
            }
        }

        float[] flat = arena.Flat.ToArray();
        for (int element = 0; element < flat.Length; element++)
        {
            Assert.True(flat[element] == 0f || element * sizeof(float) % DeviceMemory.Alignment == 0);
        }

        Assert.Equal(0, arena.Length * sizeof(float) % DeviceMemory.Alignment);
    }

    [Fact]
    public unsafe void TensorArena_OnTheHost_BeginsAtMultiplesOf256Bytes()
    {
        using var device = ComputeDevice.Open("cpu", workers: 1);
        for (int odd = 1; odd < 40; odd += 3)
        {
            Tensor<float> alone = device.Allocate<float>(new Shape(odd));
            Tensor<long> whole = device.Allocate<long>(new Shape(odd));
            var arena = new TensorArena(device);
            Tensor<float> first = arena.Plan(new Shape(odd));
            Tensor<float> second = arena.Plan(new Shape(odd));
            arena.Commit();

            Assert.All(
                (long[])[(long)alone.Address, (long)whole.Address, (long)first.Address, (long)second.Address],
                address => Assert.Equal(0, address % DeviceMemory.Alignment));
        }
    }

    [Fact]
    public void TensorArena_UsedTooEarlyOrPlannedTooLate_SaysSo()
    {
        var arena = new TensorArena(TestDevices.Get("cpu"));
        Tensor<float> tensor = arena.Plan(new Shape(4));
        Assert.Throws<InvalidOperationException>(() => arena.Flat);
        Assert.Throws<InvalidOperationException>(() => tensor.View);

        arena.Commit();

        Assert.Equal(4, tensor.ToArray().Length);
        Assert.Throws<InvalidOperationException>(() => arena.Plan(new Shape(1)));
    }
}
