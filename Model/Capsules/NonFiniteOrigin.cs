// Where the first number that is not finite comes from: the step is done each layer by itself, in the order of
// StepExecution, and the first tensor with NaN or an infinity names the operator; what that operator read tells why.
using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Formats;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Capsules;

/// <summary>The first number of a training step that is not finite.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Tensor">The tensor, such as <c>output of dense1</c>; see <see cref="StepTensor"/>.</param>
/// <param name="Place">The element, such as <c>[3,12,1]</c>.</param>
/// <param name="Index">The same by its number.</param>
/// <param name="Value">NaN or an infinity.</param>
/// <param name="Made">What made it, and what of, in words.</param>
public sealed record NonFiniteOrigin(string Tensor, string Place, int Index, float Value, string Made)
{
    // A formula in float64 is a plain loop: of this many operations, a few seconds.
    private const long MostOperations = 1L << 31;

    /// <summary>For instance <c>output of dense1[3,12] is Infinity: dense from ...</c>, one line.</summary>
    public string Sentence => $"{Tensor}{Place} is {Number(Value)}: {Made}";

    /// <summary>Does a step again, each layer by itself, as far as the first number that is not finite.</summary>
    /// <param name="device">Where.</param>
    /// <param name="capsule">The step.</param>
    /// <returns>Null where all numbers are finite.</returns>
    /// <exception cref="SafeTensorsException">The capsule lacks something that its network needs.</exception>
    public static NonFiniteOrigin? Of(ComputeDevice device, StepCapsule capsule)
    {
        ArgumentNullException.ThrowIfNull(capsule);
        var step = new StepExecution(device, capsule.Setting, capsule.Given, fused: false);
        foreach ((string name, SafeTensor one) in capsule.Given.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (one.Type == SafeTensorType.F32 && PlaceIn(one.AsFloat32()) is { } at)
            {
                return new NonFiniteOrigin(
                    name, Coordinates.Of(one.Shape, at), at, one.AsFloat32()[at], "the step begins with it");
            }
        }

        foreach (StepTensor one in step.Each())
        {
            if (PlaceIn(one.Values) is { } at)
            {
                return new NonFiniteOrigin(
                    one.Name, Coordinates.Of(one.Shape, at), at, one.Values[at],
                    new Reading(step, capsule).MadeOf(one.Name, at));
            }
        }

        return null;
    }

    private static int? PlaceIn(ReadOnlySpan<float> values)
    {
        if (Divergence.AreFinite(values))
        {
            return null;
        }

        int at = 0;
        while (float.IsFinite(values[at]))
        {
            at++;
        }

        return at;
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>What an operator read, from the memory of a step that was done as far as it.</summary>
    private sealed class Reading(StepExecution step, StepCapsule capsule)
    {
        private const string Output = "output of ";
        private const string Gradient = "gradient of ";
        private const string New = "new ";

        private IEnumerable<StagePlan> Places => step.Plan.PlannedStages.Select(stage => stage.Place);

        public string MadeOf(string tensor, int index)
        {
            if (tensor.StartsWith(Output, StringComparison.Ordinal))
            {
                StagePlan at = Places.First(place => place.Nodes[^1].Name == tensor[Output.Length..]);
                int units = at.Y.Shape[1];
                int unit = index / (at.Y.Length / at.Batch / units) % units;
                return $"{LayersOf(at)} from {Joined([.. InputsOf(at), .. ParametersOf(at, unit)])}" +
                    InFloat64(at, index);
            }

            if (tensor is "loss" or $"{Gradient}logits")
            {
                return $"cross-entropy from {Range("logits", step.Plan.Logits)}";
            }

            if (tensor.StartsWith(Gradient, StringComparison.Ordinal))
            {
                return OfGradient(tensor[Gradient.Length..]);
            }

            return tensor.StartsWith(New, StringComparison.Ordinal) ? OfUpdate(tensor[New.Length..], index) : "";
        }

        private string OfGradient(string name)
        {
            StagePlan[] users =
            [
                .. Places.Where(place => place.Nodes.Any(
                    node => node.Declared.Any(one => $"{node.Name}.{one.Name}" == name))),
            ];
            if (users.Length == 0)
            {
                GraphNode output = step.Network.Graph.Nodes.First(node => node.Name == name);
                users = [.. Places.Where(place => place.Node.Inputs.Any(input => input.IsValueOf(output)))];
            }

            return "backward pass of " + string.Join(" and ", users.Select(at => $"{LayersOf(at)} from " + Joined(
            [
                .. at.DY is { } dY ? [Range($"gradient of {at.Nodes[^1].Name}", dY)] : Array.Empty<string>(),
                .. InputsOf(at), .. ParametersOf(at, unit: null),
            ])));
        }

        private string OfUpdate(string name, int index)
        {
            Parameters all = step.Network.Parameters;
            Parameter? parameter = all.All.FirstOrDefault(one => one.Name == name);
            if (name.StartsWith(StepExecution.OptimizerPrefix, StringComparison.Ordinal))
            {
                parameter = all.All.LastOrDefault(one => all.StartOf(one) <= index);
                index -= parameter is null ? 0 : all.StartOf(parameter);
            }

            if (parameter is null || index >= parameter.Value.Length)
            {
                StagePlan? norm = Places.FirstOrDefault(
                    place => place.Node.Declared.Any(one => $"{place.Node.Name}.{one.Name}" == name));
                return norm is null ? "the optimiser's update" : $"{LayersOf(norm)} from {Joined(InputsOf(norm))}";
            }

            string optimizer = OptimizerTypes.NameOrNull(capsule.Setting.Training.Optimizer.GetType()) ?? "optimiser";
            string place = Coordinates.Of(parameter.Value.Shape.ToArray(), index);
            int flat = all.StartOf(parameter) + index;
            StepTensor gradient = step.GradientOf(parameter.Name);
            return $"{optimizer} from {parameter.Name}{place} = {Given(parameter.Name, index)}, its gradient = " +
                Number(gradient.Values[index]) + string.Concat(step.Remembered.Select(
                    one => $", {one.Name} = {Given(StepExecution.OptimizerPrefix + one.Name, flat)}")) +
                $", learning rate = {Number(capsule.Setting.LearningRate)}";

            string Given(string of, int element) => Number(capsule.Given[of].AsFloat32()[element]);
        }

        private static IEnumerable<string> InputsOf(StagePlan at) =>
            at.Inputs.Select((input, i) => Range(at.Node.Inputs[i].Name, input));

        /// <summary>What the layers learn, or the part of it that makes one channel or unit.</summary>
        private IEnumerable<string> ParametersOf(StagePlan at, int? unit) =>
            from node in at.Nodes
            from one in node.Declared
            where one.IsLearnt
            let parameter = step.Network.ParameterOf(node, one.Name)!
            select Range(parameter.Name, parameter.Value, RowOf(parameter.Value.Shape, at, unit));

        private static int? RowOf(Shape shape, StagePlan at, int? unit) =>
            unit is not null && shape.Rank > 0 && shape[0] == at.Y.Shape[1] ? unit : null;

        private string InFloat64(StagePlan at, int index)
        {
            if (at.Nodes.Sum(node => node.Cost.Forward) * at.Batch > MostOperations)
            {
                return "";
            }

            double exact = new StageFormula(at, step.Network).Output()[index];
            return !double.IsFinite(exact) ? ""
                : Math.Abs(exact) > float.MaxValue ? $"; in float64 it is {Number(exact)}, more than float32 holds"
                : $"; in float64 it is {Number(exact)}: what is between overflows in float32";
        }

        private static string LayersOf(StagePlan at) =>
            string.Join(" + ", at.Nodes.Select(node => LayerTypes.NameOf(node.Layer!.GetType())));

        private static string Joined(IEnumerable<string> parts) => string.Join(", ", parts);

        /// <summary>For instance <c>relu1 in [0, 3.2E+25]</c>.</summary>
        private static string Range(string name, Tensor<float> tensor, int? row = null)
        {
            ReadOnlySpan<float> values = tensor.ToArray();
            if (row is { } some)
            {
                int length = values.Length / tensor.Shape[0];
                values = values.Slice(some * length, length);
                name += $"[{some}]";
            }

            (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
            foreach (float value in values)
            {
                (low, high) = (MathF.Min(low, value), MathF.Max(high, value));
            }

            return values.Length == 1 ? $"{name} = {Number(low)}" : $"{name} in [{Number(low)}, {Number(high)}]";
        }
    }
}
