// A training loop with nothing hidden: a network written as nodes, a loss, an optimiser, and the steps one by one.
// The data is noise with one channel louder than the others; which one it is, is the class.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks;

namespace NativeCnn.Tests.Examples;

public static class TrainingLoopByHand
{
    private const int Batch = 32;
    private const int Channels = 4; // and as many classes
    private const int Steps = 30;

    public static void Run(TextWriter output)
    {
        using var device = ComputeDevice.Open("cpu");

        // [B, 4, 30] -> [B, 4]: a convolution, a residual block, the mean over time, a dense layer.
        Node x = Node.Input().Conv1d(16, taps: 3, padding: 1).Relu();
        Node block = (x.Conv1d(16, taps: 3, padding: 1).BatchNorm1d() + x).Relu();
        Node logits = block.GlobalAveragePool().Dense();
        var graph = new NetworkGraph(logits, new Shape(Channels, Steps), classes: Channels);
        var network = new Network(device, graph, seed: 1);

        NetworkPlan plan = network.PlanFor(Batch, training: true);
        var crossEntropy = new SoftmaxCrossEntropy(device, Batch, Channels);
        var optimizer = new Adam(device, network.Parameters.Values, network.Parameters.Gradients, network.Progress);
        network.Progress.SetLearningRate(0.01f);
        Tensor<int> targets = device.Allocate<int>(new Shape(Batch));
        Tensor<float> loss = device.Allocate<float>(new Shape(1));

        var random = new Random(1);
        for (int step = 1; step <= 60; step++)
        {
            DrawClips(random, plan.Input, targets);
            network.Progress.Advance();
            plan.Forward(); // Input -> Logits
            crossEntropy.ForwardBackward(plan.Logits, targets, classWeights: null, loss, plan.LogitsGradient);
            plan.Backward(); // LogitsGradient -> the gradients of all parameters, added to what is there
            optimizer.Step(); // moves the parameters and sets their gradients to zero
            if (step is 1 || step % 20 == 0)
            {
                output.WriteLine($"step {step}: loss {loss.ToArray()[0]:0.0000}");
            }
        }
    }

    private static void DrawClips(Random random, Tensor<float> clips, Tensor<int> targets)
    {
        int[] louder = new int[Batch];
        float[] samples = new float[clips.Length]; // [B, C, T]
        for (int i = 0; i < samples.Length; i++)
        {
            (int clip, int channel) = (i / (Channels * Steps), i / Steps % Channels);
            louder[clip] = i % (Channels * Steps) == 0 ? random.Next(Channels) : louder[clip];
            samples[i] = ((2 * random.NextSingle()) - 1) * (channel == louder[clip] ? 3 : 1);
        }

        clips.CopyFrom(samples);
        targets.CopyFrom(louder);
    }
}
