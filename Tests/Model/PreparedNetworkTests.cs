// A prepared network computes once what follows from its weights, and answers with the bits of one that is not.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Presets;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class PreparedNetworkTests
{
    /// <summary>Convolutions folded; on the host also pooled, by themselves and depthwise.</summary>
    public static TheoryData<string, string> Networks()
    {
        var networks = new TheoryData<string, string>();
        foreach (string selector in TestDevices.Selectors)
        {
            string[] presets = selector == "cpu" ? ["article", "deep", "residual", "small"] : ["deep"];
            Array.ForEach(presets, preset => networks.Add(selector, preset));
        }

        return networks;
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Logits_OfAPreparedNetwork_AreThoseOfOneThatIsNot(string selector, string preset)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Network network = Create(device, preset);
        float[] one = Logits(network, 1);
        float[] two = Logits(network, 2);

        network.Prepare();

        // Of a plan that was there, and twice, for plans share memory; and of one that is made now.
        Assert.Equal(one.ToBits(), Logits(network, 1).ToBits());
        Assert.Equal(two.ToBits(), Logits(network, 2).ToBits());
        Assert.Equal(one.ToBits(), Logits(network, 1).ToBits());
        Network another = Create(device, preset);
        another.Prepare();
        Assert.Equal(two.ToBits(), Logits(another, 2).ToBits());
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Logits_OfANetworkPreparedAgain_AreThoseOfItsNewWeights(string selector, string preset)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Network network = Create(device, preset);
        network.Prepare();
        float[] before = Logits(network, 3);
        Network expected = Create(device, preset);
        Change(expected);

        Change(network);
        network.Prepare();

        float[] after = Logits(network, 3);
        Assert.Equal(Logits(expected, 3).ToBits(), after.ToBits());
        Assert.NotEqual(before.ToBits(), after.ToBits());
    }

    private static Network Create(ComputeDevice device, string preset) =>
        new(device, NetworkPresets.Find(preset)!.Create(), 13, 24, 10, seed: 3, forTraining: false);

    private static float[] Logits(Network network, int batch)
    {
        NetworkPlan plan = network.PlanFor(batch, training: false);
        plan.Input.CopyFrom(Randoms.Normal(plan.Input.Length, seed: 4));
        plan.Forward();
        return plan.Logits.ToArray();
    }

    private static void Change(Network network)
    {
        int seed = 100;
        foreach (Tensor<float> value in network.Parameters.All.Select(one => one.Value)
            .Concat(network.Parameters.States.Select(one => one.Value)))
        {
            // Around 1: a variance stays above 0.
            value.CopyFrom([.. Randoms.Normal(value.Length, seed++).Select(one => 1 + (0.1f * MathF.Tanh(one)))]);
        }
    }
}
