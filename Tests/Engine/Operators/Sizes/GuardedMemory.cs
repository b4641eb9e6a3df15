using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators.Sizes;

/// <summary>
/// Tensors with a guard before and behind each, in one block of a device: what writes outside one is found where the
/// device itself does not check it. A guard is NaN of one kind, so that what reads it and counts it is seen as well.
/// </summary>
internal sealed class GuardedMemory
{
    /// <summary>The most numbers that a case may take.</summary>
    public const int MostElements = 1 << 19;

    private const int Guard = 4096;
    private const int Align = 64;

    private static readonly float Canary = BitConverter.Int32BitsToSingle(0x7FC5A5A5);

    private readonly ComputeDevice device;
    private readonly Tensor<float> block;
    private readonly Tensor<int> integers;
    private readonly List<(string Name, int Start, int Length)> taken = [];
    private int end;
    private int endOfIntegers;
    private Random random = new(0);

    public GuardedMemory(ComputeDevice device)
    {
        this.device = device;
        block = device.Allocate<float>(new Shape(2 * MostElements + (64 * Guard)));
        integers = device.Allocate<int>(new Shape(2 * MostElements + (64 * Guard)));
    }

    /// <summary>Begins a case: all that was given before is free.</summary>
    public void Begin(Random random)
    {
        this.random = random;
        taken.Clear();
        end = Guard;
        endOfIntegers = Guard;
    }

    /// <summary>Random numbers.</summary>
    public Tensor<float> Of(Shape shape) => Of(shape, Randoms.Normal(shape.Length, random.Next()));

    /// <summary>Numbers above 0.</summary>
    public Tensor<float> Positive(Shape shape) =>
        Of(shape, Array.ConvertAll(Randoms.Normal(shape.Length, random.Next()), value => 0.1f + Math.Abs(value)));

    /// <summary>Whole numbers from 0 to below a limit.</summary>
    public Tensor<int> Indices(Shape shape, int limit)
    {
        Tensor<int> tensor = integers.Slice(endOfIntegers, shape);
        endOfIntegers += (shape.Length + Guard + Align - 1) / Align * Align;
        int[] values = new int[shape.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.Next(limit);
        }

        tensor.CopyFrom(values);
        return tensor;
    }

    /// <summary>Throws where a guard is not what it was.</summary>
    public void Check()
    {
        foreach ((string name, int start, int length) in taken)
        {
            Expect(name, "before", start - Guard);
            Expect(name, "behind", start + length);
        }
    }

    private Tensor<float> Of(Shape shape, float[] values)
    {
        int start = end;
        end = (start + shape.Length + Guard + Align - 1) / Align * Align;
        Fill(start - Guard);
        Fill(start + shape.Length);
        taken.Add(($"tensor {taken.Count} {shape}", start, shape.Length));
        Tensor<float> tensor = block.Slice(start, shape);
        tensor.CopyFrom(values);
        return tensor;
    }

    private void Fill(int start)
    {
        if (device.IsHost)
        {
            block.Slice(start, new Shape(Guard)).Span.Fill(Canary);
        }
    }

    // On all other devices a launch is checked view by view.
    private void Expect(string name, string side, int start)
    {
        if (device.IsHost && block.Slice(start, new Shape(Guard)).Span.ContainsAnyExcept(Canary) &&
            block.Slice(start, new Shape(Guard)).ToArray().Any(
                value => BitConverter.SingleToInt32Bits(value) != BitConverter.SingleToInt32Bits(Canary)))
        {
            Assert.Fail($"{name}: something was written {side} it");
        }
    }
}
