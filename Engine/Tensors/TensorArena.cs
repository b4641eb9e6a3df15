using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Tensors;

/// <summary>
/// All float memory of a network, or of its parameters, in one block: every tensor is planned first, then
/// <see cref="Commit"/> takes the block once. Each tensor begins at a multiple of 256 bytes, which vector loads on
/// every device rely on; the gaps hold zeros. Two arenas planned alike have the same layout, so that the
/// <see cref="Flat"/> views of parameters, gradients and optimiser moments correspond element by element.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class TensorArena
{
    private const int Step = DeviceMemory.Alignment / sizeof(float);

    private readonly ComputeDevice device;
    private readonly List<(Tensor<float> Tensor, int Start)> planned = [];
    private Tensor<float>? flat;
    private int length;

    /// <summary>Starts an empty plan.</summary>
    public TensorArena(ComputeDevice device) => this.device = device;

    /// <summary>Floats planned so far, gaps counted.</summary>
    public int Length => length;

    /// <summary>The whole block as one tensor.</summary>
    /// <exception cref="InvalidOperationException">The plan is not committed yet.</exception>
    public Tensor<float> Flat =>
        flat ?? throw new InvalidOperationException("the arena is not committed: call Commit() first");

    /// <summary>Plans a tensor. Its memory comes with <see cref="Commit"/>.</summary>
    /// <exception cref="InvalidOperationException">The arena is committed already.</exception>
    public Tensor<float> Plan(Shape shape)
    {
        if (flat is not null)
        {
            throw new InvalidOperationException("the arena is committed: plan all tensors before that");
        }

        Tensor<float> tensor = new(device, shape, default);
        planned.Add((tensor, length));
        length = checked(length + ((shape.Length + Step - 1) / Step * Step));
        return tensor;
    }

    /// <summary>Plans a second view of a planned tensor's memory, under another shape of equal length.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or the tensor is not of this arena.</exception>
    public Tensor<float> PlanView(Tensor<float> tensor, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        int index = planned.FindIndex(one => ReferenceEquals(one.Tensor, tensor));
        if (index < 0 || shape.Length != tensor.Length)
        {
            throw new ArgumentException($"{tensor.Shape} of this arena cannot be seen as {shape}", nameof(tensor));
        }

        var view = new Tensor<float>(device, shape, default);
        planned.Add((view, planned[index].Start));
        return view;
    }

    /// <summary>Takes the memory, zeroed, and gives every planned tensor its place.</summary>
    public void Commit()
    {
        if (flat is not null)
        {
            return;
        }

        flat = device.Allocate<float>(new Shape(length));
        foreach ((Tensor<float> tensor, int start) in planned)
        {
            tensor.Bind(flat.View.SubView(start, tensor.Length));
        }
    }
}
