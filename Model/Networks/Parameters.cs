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
    private readonly Dictionary<Parameter, int> starts = [];
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

    /// <summary>Bytes of the values, whether they are taken yet or not.</summary>
    internal long ValueBytes => sizeof(float) * (long)values.Length;

    /// <summary>Bytes of the gradients, likewise.</summary>
    internal long GradientBytes => sizeof(float) * (long)gradients.Length;

    /// <summary>Bytes of the states, likewise.</summary>
    internal long StateBytes => sizeof(float) * (long)state.Length;

    /// <summary>All of these.</summary>
    internal long Bytes => ValueBytes + GradientBytes + StateBytes;

    internal Parameter Plan(string name, Shape shape)
    {
        int start = values.Length;
        var parameter = new Parameter(name, values.Plan(shape), withGradients ? gradients.Plan(shape) : null);
        all.Add(parameter);
        starts.Add(parameter, start);
        return parameter;
    }

    /// <summary>Where a parameter begins in <see cref="Values"/>, and in an optimiser's buffers.</summary>
    internal int StartOf(Parameter parameter) => starts[parameter];

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
