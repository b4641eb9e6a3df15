using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Networks;

/// <summary>
/// All parameters of a network in one flat buffer, and their gradients in another of the same layout, so that an
/// optimiser passes over them once. What belongs to a trained network but is not learnt lies in a third.
/// </summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Parameters
{
    private readonly TensorArena values;
    private readonly TensorArena gradients;
    private readonly TensorArena state;
    private readonly List<Parameter> all = [];
    private readonly List<NetworkState> states = [];
    private readonly bool withGradients;

    internal Parameters(ComputeDevice device, bool withGradients)
    {
        values = new TensorArena(device);
        gradients = new TensorArena(device);
        state = new TensorArena(device);
        this.withGradients = withGradients;
    }

    /// <summary>Every parameter, in the order of the layers.</summary>
    public IReadOnlyList<Parameter> All => all;

    /// <summary>All values as one tensor; the gaps between parameters are zero and stay so.</summary>
    public Tensor<float> Values => values.Flat;

    /// <summary>All gradients as one tensor, in the layout of <see cref="Values"/>.</summary>
    public Tensor<float> Gradients => gradients.Flat;

    /// <summary>Every tensor that training moves without a gradient, in the order of the layers.</summary>
    public IReadOnlyList<NetworkState> States => states;

    /// <summary>All <see cref="States"/> as one tensor, empty where there are none.</summary>
    public Tensor<float> State => state.Flat;

    /// <summary>How many numbers are learnt.</summary>
    public int Count => all.Sum(parameter => parameter.Value.Length);

    internal Parameter Plan(string name, Shape shape)
    {
        var parameter = new Parameter(name, values.Plan(shape), withGradients ? gradients.Plan(shape) : null);
        all.Add(parameter);
        return parameter;
    }

    internal NetworkState PlanState(string name, Shape shape)
    {
        var one = new NetworkState(name, state.Plan(shape));
        states.Add(one);
        return one;
    }

    internal void Commit()
    {
        values.Commit();
        state.Commit();
        if (withGradients)
        {
            gradients.Commit();
        }
    }
}
