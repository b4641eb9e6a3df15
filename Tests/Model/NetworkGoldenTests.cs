// The article's whole network beside PyTorch: logits, every gradient, ten losses and the weights after ten Adam steps.
using System.Globalization;
using System.Text.RegularExpressions;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Networks.Fusion;
using NativeCnn.Model.Presets;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed partial class NetworkGoldenTests
{
    private const double Tolerance = 2e-5;

    public static TheoryData<string, string> Cases => TestDevices.TimesGolden("network-", isLong: true);

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Network_TenAdamSteps_MatchPyTorch(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        ComputeDevice device = TestDevices.Get(selector);
        GoldenTensor<float> inputs = golden.Floats("inputs");
        (int steps, int batch) = (inputs.Shape[0], inputs.Shape[1]);
        int classes = golden.Floats("initial_dense2_bias").Values.Length;
        var network = new Network(device, SpecOf(golden), inputs.Shape[2], inputs.Shape[3], classes)
        {
            Fusions = FusionRules.None,
            Memory = ActivationMemory.Kept,
        };
        foreach (Parameter parameter in network.Parameters.All)
        {
            parameter.Value.CopyFrom(golden.Floats($"initial_{GoldenName(parameter)}").Values);
        }

        network.Progress.SetLearningRate(LearningRateOf(golden));
        var optimizer = new Adam(
            device, network.Parameters.Values, network.Parameters.Gradients, network.Progress, new AdamOptions());
        NetworkPlan plan = network.PlanFor(batch, training: true);
        var crossEntropy = new SoftmaxCrossEntropy(device, batch, classes);
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        DropoutStage dropout = plan.Stages.OfType<DropoutStage>().Single();
        dropout.KeepsMask = true;
        float[] losses = new float[steps];
        for (int step = 0; step < steps; step++)
        {
            network.Progress.Advance();
            plan.Input.CopyFrom(inputs.Values.AsSpan(step * plan.Input.Length, plan.Input.Length));
            dropout.Mask.CopyFrom(MaskOf(golden, step, dropout.Mask.Length));
            Tensor<int> targets = device.Upload<int>(
                new Shape(batch),
                [.. golden.Integers("targets").Values.Skip(step * batch).Take(batch).Select(target => (int)target)]);
            plan.Forward();
            crossEntropy.ForwardBackward(plan.Logits, targets, null, loss, plan.LogitsGradient);
            plan.Backward();
            losses[step] = loss.ToArray()[0];
            if (step == 0)
            {
                Closeness.Close(golden.Floats("step0_logits"), plan.Logits.ToArray(), Tolerance);
                foreach (Parameter parameter in network.Parameters.All)
                {
                    Closeness.Close(
                        golden.Floats($"step0_grad_{GoldenName(parameter)}"), parameter.Gradient!.ToArray(), Tolerance);
                }
            }

            optimizer.Step();
        }

        Closeness.Close(golden.Floats("losses"), losses, Tolerance);
        foreach (Parameter parameter in network.Parameters.All)
        {
            Closeness.Close(golden.Floats($"final_{GoldenName(parameter)}"), parameter.Value.ToArray(), Tolerance);
        }
    }

    /// <summary>conv1.weight is conv_weight there; dense1.weight is dense1_weight.</summary>
    private static string GoldenName(Parameter parameter) =>
        parameter.Name.Replace("conv1", "conv", StringComparison.Ordinal).Replace('.', '_');

    private static NetworkSpec SpecOf(GoldenFile golden)
    {
        int[] conv = golden.Floats("initial_conv_weight").Shape;
        NetworkSpec article = NetworkPresets.Article(conv[0], conv[2]);
        int hidden = golden.Floats("initial_dense1_bias").Values.Length;
        int[] pool =
        [
            .. Pool().Match(Layers(golden)).Groups[1].Value.Split(',')
                .Select(number => int.Parse(number, CultureInfo.InvariantCulture)),
        ];
        return article with
        {
            Layers =
            [
                .. article.Layers.Select(layer => layer switch
                {
                    MaxPool1dLayer => new MaxPool1dLayer { Window = pool[0], Stride = pool[1] },
                    DenseLayer { Outputs: not null } => new DenseLayer { Outputs = hidden },
                    _ => layer,
                }),
            ],
        };
    }

    /// <summary>0 or 1 / (1 - rate) for each element; without masks in the file nothing is dropped.</summary>
    private static float[] MaskOf(GoldenFile golden, int step, int length)
    {
        if (!golden.Has("dropout_keep_masks"))
        {
            return [.. Enumerable.Repeat(1f, length)];
        }

        float rate = float.Parse(DropoutRate().Match(Layers(golden)).Groups[1].Value, CultureInfo.InvariantCulture);
        return
        [
            .. golden.Floats("dropout_keep_masks").Values.Skip(step * length).Take(length)
                .Select(keep => keep == 0 ? 0 : 1 / (1 - rate)),
        ];
    }

    private static string Layers(GoldenFile golden) => golden.Config.GetProperty("layers").GetString()!;

    private static float LearningRateOf(GoldenFile golden) => float.Parse(
        LearningRate().Match(golden.Config.GetProperty("optimizer").GetString()!).Groups[1].Value,
        CultureInfo.InvariantCulture);

    [GeneratedRegex(@"maxpool\(([\d,]+)\)")]
    private static partial Regex Pool();

    [GeneratedRegex(@"dropout\(([\d.]+)\)")]
    private static partial Regex DropoutRate();

    [GeneratedRegex(@"lr=([\d.e+-]+)")]
    private static partial Regex LearningRate();
}
