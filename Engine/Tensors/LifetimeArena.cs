// Memory of a computation whose steps run in a fixed order: what is not needed at the same step may lie at the same
// place. Slots are placed one after the other, each at the lowest offset where no slot lies that lives at the same
// time: largest first (the greedy rule by size of Pisarchyk and Lee, "Efficient memory management for deep neural net
// inference", 2020). Where that is longer than what lives at once, the slot that ends last is placed earlier, some
// times over.
using ILGPU;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Tensors;

/// <summary>
/// Plans tensors of 4-byte numbers in one block by their lifetimes: slots and views of them first, then
/// <see cref="Place"/>, then <see cref="Bind"/>. Each slot begins at a multiple of 256 bytes.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class LifetimeArena
{
    internal const int Step = DeviceMemory.Alignment / sizeof(float);

    private const int MostAttempts = 200;

    private readonly ComputeDevice device;
    private readonly List<MemorySlot> slots = [];
    private readonly List<Action<ArrayView<float>>> views = [];

    /// <summary>Starts an empty plan.</summary>
    public LifetimeArena(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.device = device;
    }

    /// <summary>Floats of the block, known once <see cref="Place"/> is done.</summary>
    public int Length { get; private set; }

    /// <summary>A slot of that many 4-byte numbers; the caller says when it lives.</summary>
    public MemorySlot Reserve(int elements)
    {
        var slot = new MemorySlot(elements);
        slots.Add(slot);
        return slot;
    }

    /// <summary>A tensor in a slot's memory; it can be read and written once <see cref="Bind"/> is done.</summary>
    /// <typeparam name="T">A type of 4 bytes: float or int.</typeparam>
    /// <exception cref="ArgumentException">The slot holds fewer numbers, or the type is not of 4 bytes.</exception>
    public unsafe Tensor<T> View<T>(MemorySlot slot, Shape shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(slot);
        if (sizeof(T) != sizeof(float) || shape.Length > slot.Elements)
        {
            throw new ArgumentException(
                $"{typeof(T).Name}{shape} does not fit into a slot of {slot.Elements} numbers of {sizeof(float)} bytes",
                nameof(shape));
        }

        var tensor = new Tensor<T>(device, shape, default);
        views.Add(block => tensor.Bind(block.SubView(slot.Start, shape.Length).Cast<T>()));
        return tensor;
    }

    /// <summary>Gives every slot its place.</summary>
    public void Place()
    {
        List<MemorySlot> order =
            [.. slots.OrderByDescending(slot => slot.Elements).ThenByDescending(slot => slot.Span)];
        int least = LeastLength();
        int best = PlaceInOrder(order);
        MemorySlot[] bestOrder = [.. order];
        int length = best;
        for (int attempt = 0; attempt < MostAttempts && best > least; attempt++)
        {
            // The slot that ends last goes first, or, at every other attempt, before the one that it lies above.
            MemorySlot top = order.First(slot => slot.End == length);
            order.Remove(top);
            MemorySlot? below = attempt % 2 == 0 ? null : order.Where(top.Meets).MaxBy(slot => slot.End);
            order.Insert(below is null ? 0 : order.IndexOf(below), top);
            length = PlaceInOrder(order);
            if (length < best)
            {
                (best, bestOrder) = (length, [.. order]);
            }
        }

        Length = PlaceInOrder(bestOrder);
    }

    /// <summary>The most floats that live at one step: no block is shorter.</summary>
    private int LeastLength()
    {
        int[] steps = [.. slots.SelectMany(slot => slot.Steps).Distinct()];
        return steps.Length == 0
            ? 0
            : steps.Max(step => slots.Where(slot => slot.LivesAt(step)).Sum(slot => slot.Room));
    }

    /// <summary>Puts every tensor into a block of at least <see cref="Length"/> floats.</summary>
    /// <exception cref="ArgumentException">The block is too small.</exception>
    public void Bind(Tensor<float> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.Length < Length)
        {
            throw new ArgumentException($"a block of {Length} floats is needed, {block.Length} came", nameof(block));
        }

        foreach (Action<ArrayView<float>> bind in views)
        {
            bind(block.View);
        }
    }

    /// <summary>Each slot at the lowest offset where no slot placed before lives at the same time.</summary>
    /// <returns>The length of the block.</returns>
    private static int PlaceInOrder(IEnumerable<MemorySlot> order)
    {
        List<MemorySlot> placed = [];
        int length = 0;
        foreach (MemorySlot slot in order)
        {
            slot.Start = 0;
            foreach (MemorySlot other in placed.Where(slot.Meets).OrderBy(other => other.Start))
            {
                if (slot.End <= other.Start)
                {
                    break;
                }

                slot.Start = Math.Max(slot.Start, other.End);
            }

            placed.Add(slot);
            length = Math.Max(length, slot.End);
        }

        return length;
    }
}
