// What a network is made of. A layer is one file of this folder: a record whose properties are its settings and its
// JSON, and whose methods are its shape rule, what it learns, the stage that runs it, and its cost. Seven lines tell a
// layer:
//   OutputOf(inputs)      the shape of its output for one clip, or a one-line ArgumentException
//   Declare(own, inputs)  what it learns (own.LearnWeight, ...) and keeps (own.Keep)
//   Plan(at)              its operators, bound to the tensors of one batch size: a Stage with Forward and Backward
//   BackwardReads         what Backward reads of the forward pass; all other memory is given to others meanwhile
//   CostOf(inputs, y)     its floating-point operations for one clip
//   Formula(at)           its output in float64, as plainly as can be: what its gradients are checked against
//   Explain(at, i)        how one element of it comes about, in lines with the numbers put in; where there is more to
//                         tell than the formula: statistics, masks, winners
//   Export(at)            its output as operators of other programs, which every file format is written from
// A layer made of other layers says so in Expand alone and needs none of the rest.
using System.Text.Json.Serialization;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Layers;

/// <summary>One layer of a network, before its input is known.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[JsonConverter(typeof(LayerConverter))]
public abstract record Layer
{
    /// <summary>A name for this place of the network, which <c>from</c> of later layers can give.</summary>
    public string? As { get; init; }

    /// <summary>The names of the layers whose outputs come in; without it, the layer before.</summary>
    public ValueList<string>? From { get; init; }

    /// <summary>The output for one clip, [C, T] or [N].</summary>
    /// <param name="inputs">The inputs for one clip.</param>
    /// <exception cref="ArgumentException">The layer does not take these; one line says why and what to do.</exception>
    protected internal abstract Shape OutputOf(ReadOnlySpan<Shape> inputs);

    /// <summary>Says what the layer learns and keeps.</summary>
    /// <param name="own">Takes the declarations.</param>
    /// <param name="inputs">The inputs for one clip.</param>
    protected internal virtual void Declare(LayerParameters own, ReadOnlySpan<Shape> inputs)
    {
    }

    /// <summary>The operators that run the layer, bound to tensors for one batch size.</summary>
    /// <remarks>
    /// The stage may use the library's operators, or kernels of its own by <c>at.Device.Load</c>: a portable kernel
    /// alone runs on every device, slowly on <c>cpu</c>; <see cref="Engine.Devices.ComputeDevice.Load"/> says what
    /// ILGPU must be able to see. The gradients of inputs are assigned, and only where
    /// <see cref="StagePlan.InputGradients"/> has a tensor; those of parameters are added to. A project outside this
    /// library overrides this and the members around it as <c>protected</c>.
    /// </remarks>
    /// <param name="at">Device, tensors, parameters and memory of this place of the network.</param>
    /// <exception cref="NetworkSpecException">The layer has neither this nor <see cref="Expand"/>.</exception>
    protected internal virtual Stage Plan(StagePlan at) =>
        throw new NetworkSpecException($"the layer {LayerTypes.NameOf(GetType())} has no Plan: write it, or Expand");

    /// <summary>
    /// The output for a mini-batch in float64, by the layer's formula as a textbook has it: finite differences of it are
    /// what the gradients of every device are checked against. Layers that compute nothing, and those that
    /// <see cref="Expand"/>, need none.
    /// </summary>
    /// <param name="at">Inputs, parameters, and what is drawn.</param>
    /// <exception cref="NetworkSpecException">None was written.</exception>
    protected internal virtual double[] Formula(LayerFormula at) => throw new NetworkSpecException(
        $"the layer {LayerTypes.NameOf(GetType())} has no Formula in float64 to check its gradients against: write it");

    /// <summary>
    /// The output in inference, as operators that other programs have too: what every export is written from. What
    /// inference passes by, such as dropout, gives its input.
    /// </summary>
    /// <param name="at">Inputs, what was learnt, and the operators.</param>
    /// <exception cref="ExportException">None was written.</exception>
    protected internal virtual ExportValue Export(LayerExport at) => throw new ExportException(
        $"the layer {LayerTypes.NameOf(GetType())} has no Export to other programs: write it, see docs/architecture.md");

    /// <summary>
    /// How one element of the output comes about, a line each step of the formula with its numbers put in: the
    /// statistics of a normalisation, the number that a mask is drawn by. None where the formula says it all.
    /// </summary>
    /// <param name="at">Inputs, parameters, and what is drawn.</param>
    /// <param name="element">The element of the output [B, ...], by its number.</param>
    protected internal virtual IReadOnlyList<FormulaLine> Explain(LayerFormula at, int element) => [];

    /// <summary>What the backward pass reads of the forward pass.</summary>
    protected internal virtual Reads BackwardReads => Reads.Inputs;

    /// <summary>True where the gradient of the input may be written over that of the output.</summary>
    protected internal virtual bool BackwardsInPlace => false;

    /// <summary>
    /// True where the output is the input's memory, perhaps in another shape, and nothing is computed.
    /// </summary>
    /// <param name="training">True in a plan for training.</param>
    protected internal virtual bool IsView(bool training) => false;

    /// <summary>True where windows over time are taken, for which an input can be too short.</summary>
    protected internal virtual bool TakesWindows => false;

    /// <summary>The operations of one clip.</summary>
    /// <param name="inputs">The inputs for one clip.</param>
    /// <param name="output">The output for one clip.</param>
    protected internal virtual LayerCost CostOf(ReadOnlySpan<Shape> inputs, Shape output) =>
        LayerCost.Elementwise(output.Length);

    /// <summary>The layer with what it leaves to the network filled in.</summary>
    /// <param name="classes">Number of classes.</param>
    protected internal virtual Layer ForClasses(int classes) => this;

    /// <summary>The layers that this one stands for, applied to its input; null where it is one by itself.</summary>
    /// <param name="x">The input.</param>
    /// <param name="input">The input's shape for one clip.</param>
    protected internal virtual Node? Expand(Node x, Shape input) => null;

    /// <summary>Throws unless an input is channels over time, [C, T].</summary>
    /// <exception cref="ArgumentException">It is flat.</exception>
    protected static void ExpectChannelsOverTime(Shape x)
    {
        if (x.Rank != 2)
        {
            throw new ArgumentException("it takes channels over time: no flatten layer may stand before it");
        }
    }

    /// <summary>Throws unless an input is flat, [N].</summary>
    /// <exception cref="ArgumentException">It is channels over time.</exception>
    protected static void ExpectFlat(Shape x)
    {
        if (x.Rank != 1)
        {
            throw new ArgumentException("it takes a flat input: put a flatten layer before it");
        }
    }

    /// <summary>Throws unless what a normalisation adds to the variance is above 0 and finite.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    protected static void ExpectEpsilon(float epsilon)
    {
        if (epsilon is not (> 0 and < float.PositiveInfinity))
        {
            throw new ArgumentException($"an epsilon is above 0, not {epsilon}");
        }
    }
}
