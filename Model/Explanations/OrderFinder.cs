// The order in which a device adds the terms of a gradient, by experiment: the factors of the terms are made 1 (the
// inputs, where a parameter is explained; the parameters, where an input is), the gradients of the outputs are chosen, and
// the stage goes back. SummationTree.cs says which gradients and what follows from the sums.
using System.Diagnostics;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.GradientChecks;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Model.Explanations;

/// <summary>Finds the order of a sum on the device.</summary>
internal sealed class OrderFinder
{
    /// <summary>So many terms at most are looked at: the number of experiments grows faster than theirs.</summary>
    public const int MostTerms = 16384;

    private const double Tolerance = 1e-6;

    private readonly Network network;
    private readonly PlannedStage stage;
    private readonly Tensor<float> gradient;
    private readonly Tensor<float>[] ones;
    private readonly int index;
    private int[] places = [];

    /// <summary>The place of a sum.</summary>
    /// <param name="network">The network.</param>
    /// <param name="stage">The stage that computes the gradient.</param>
    /// <param name="parameter">The parameter whose gradient it is; null for the stage's first input.</param>
    /// <param name="index">The element of it.</param>
    public OrderFinder(Network network, PlannedStage stage, Parameter? parameter, int index)
    {
        this.network = network;
        this.stage = stage;
        this.index = index;
        gradient = parameter?.Gradient ?? stage.Place.DX!;
        ones = parameter is not null ? [.. stage.Place.Inputs] : [.. ParametersOf(stage.Place)];
    }

    /// <summary>The order, or why it cannot be found out.</summary>
    /// <param name="terms">
    /// The terms. Those whose factor is 0 in this step are added to them, for the device adds them too.
    /// </param>
    /// <param name="sum">Their sum on the device.</param>
    /// <param name="patience">How long to try; zero for not at all.</param>
    /// <param name="termsOfOnes">The terms once the ones are in place, as the formula has them.</param>
    public SummationOrder? Find(
        ref IReadOnlyList<PlacedTerm> terms, float sum, TimeSpan patience, Func<IReadOnlyList<PlacedTerm>> termsOfOnes)
    {
        // Going back writes the gradients of the inputs, which are those of the outputs of layers before.
        Tensor<float>[] changed =
            [.. ones, .. stage.Place.InputGradients.OfType<Tensor<float>>(), stage.Place.DY!];
        float[][] kept = [.. changed.Select(tensor => tensor.ToArray())];
        try
        {
            foreach (Tensor<float> tensor in ones)
            {
                tensor.CopyFrom([.. Enumerable.Repeat(1f, tensor.Length)]);
            }

            IReadOnlyList<PlacedTerm> chosen = termsOfOnes();
            HashSet<int> there = [.. chosen.Select(one => one.Place)];
            double factor = chosen.Count > 0 ? chosen[0].Term.Factor : 0;
            if (terms.Any(one => !there.Contains(one.Place)) ||
                chosen.Any(one => Math.Abs(one.Term.Factor - factor) > Tolerance * Math.Abs(factor)))
            {
                return patience == TimeSpan.Zero ? null : SummationOrder.Unknown(
                    "its factors are computed by the layer itself, in float32: they cannot be chosen, so that no " +
                    "experiment tells the order");
            }

            Dictionary<int, double> factors = terms.ToDictionary(one => one.Place, one => one.Term.Factor);
            terms =
            [
                .. chosen.Select(one => new PlacedTerm(one.Place, new ExplainedTerm(
                    one.Term.Output, kept[^1][one.Place], factors.GetValueOrDefault(one.Place)))),
            ];
            return patience == TimeSpan.Zero ? null : Find([.. terms], sum, patience, factor);
        }
        finally
        {
            for (int i = 0; i < changed.Length; i++)
            {
                changed[i].CopyFrom(kept[i]);
            }
        }
    }

    private SummationOrder Find(PlacedTerm[] terms, float sum, TimeSpan patience, double factor)
    {
        if (terms.Length is 0 or > MostTerms)
        {
            return SummationOrder.Unknown(terms.Length == 0 ? "there is no term" :
                $"not looked for among more than {MostTerms:N0} terms; a smaller mini-batch has fewer");
        }

        places = [.. terms.Select(one => one.Place)];
        int channels = ChannelsAlike();
        var time = Stopwatch.StartNew();
        SummationTree? tree = Reveal(channels, factor, Goes) ?? (channels > 1 ? Reveal(1, factor, Goes) : null);
        return tree is not null ? SummationOrder.Of(tree, [.. terms.Select(one => one.Term)], sum)
            : SummationOrder.Unknown(Goes()
                ? "the device does not add these products: it adds multiples of sums of them (minimal filtering, or " +
                    "products of several numbers at once), which rounds elsewhere"
                : $"not found by experiments of {patience.TotalSeconds:0} s on this device; `--order on` takes the " +
                    "time that it needs");

        bool Goes() => time.Elapsed < patience;
    }

    private SummationTree? Reveal(int atOnce, double factor, Func<bool> goes)
    {
        Shape shape = stage.Place.Y.Shape;
        int outputStride = shape.Length / shape[0] / shape[1];
        int gradientStride = gradient.Length / gradient.Shape[0];
        int channel = places[0] / outputStride % shape[1];
        Tensor<float> dY = stage.Place.DY!;
        float[] upstream = new float[dY.Length];
        return SummationTree.Reveal(places.Length, atOnce, probes =>
        {
            if (!goes())
            {
                return null;
            }

            Array.Clear(upstream);
            int[] shifts = [.. probes.Select((_, i) => atOnce == 1 ? 0 : ((channel + i) % atOnce) - channel)];
            for (int i = 0; i < probes.Count; i++)
            {
                for (int term = 0; term < places.Length; term++)
                {
                    upstream[places[term] + (shifts[i] * outputStride)] = probes[i][term];
                }
            }

            dY.CopyFrom(upstream);
            network.Parameters.Gradients.Clear();
            stage.Stage.Backward();
            float[] sums = gradient.ToArray();
            return [.. shifts.Select(shift => Rounded(sums[index + (shift * gradientStride)] / factor))];
        });

        // A factor such as 1/3 leaves a little beside the whole number.
        static float Rounded(double sum) =>
            Math.Abs(sum - Math.Round(sum)) < 1e-3 ? (float)Math.Round(sum) : (float)sum;
    }

    /// <summary>
    /// Output channels that each have a gradient of their own of the same kind: as many experiments are made at once. The
    /// order that comes of it is believed where it gives the device's bits, and where it is a tree at all.
    /// </summary>
    private int ChannelsAlike()
    {
        Shape shape = stage.Place.Y.Shape;
        int stride = shape.Length / shape[0] / shape[1];
        bool own = ones.Length > 0 && ones[0] == stage.Place.Inputs[0] && gradient.Shape[0] == shape[1];
        int channel = index / (gradient.Length / gradient.Shape[0]);
        return own && places.All(place => place / stride % shape[1] == channel) ? shape[1] : 1;
    }

    private IEnumerable<Tensor<float>> ParametersOf(StagePlan at) =>
        at.Nodes.SelectMany(node => node.Declared.Where(one => one.IsLearnt)
            .Select(one => network.ParameterOf(node, one.Name)!.Value));
}
