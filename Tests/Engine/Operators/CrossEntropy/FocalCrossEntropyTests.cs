using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class FocalCrossEntropyTests
{
    public static TheoryData<string> Devices => TestDevices.All;

    public static TheoryData<string, FocalCase> Cases => TestDevices.Times(
        from shape in ((int Rows, int Classes)[])[(1, 1), (1, 2), (5, 10), (7, 33), (300, 3)]
        from gamma in (float[])[0f, 0.5f, 2f]
        from soft in (bool[])[false, true]
        select new FocalCase(shape.Rows, shape.Classes, gamma, soft));

    /// <summary>With class weights, label smoothing and mixed rows, or with none of them.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void FocalCrossEntropy_LossAndGradient_MatchFiniteDifferences(string selector, FocalCase shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (int rows, int classes, float gamma, bool soft) = shape;
        float smoothing = soft ? 0.1f : 0f;
        float[] values = Randoms.Normal(rows * classes, seed: rows + classes, scale: 2);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 7919 % classes)];
        int[] seconds = [.. Enumerable.Range(0, rows).Select(row => row * 31 % classes)];
        float[] shares = [.. Enumerable.Range(0, rows).Select(row => soft ? row % 4 / 6f : 0f)];
        double[] weights = [.. Enumerable.Range(0, classes).Select(c => soft ? (float)(0.5 + (c % 4)) : 1.0)];
        Tensor<float> logits = device.Upload<float>(new Shape(rows, classes), values);
        Tensor<int> targets = device.Upload<int>(new Shape(rows), labels);
        Tensor<float>? classWeights = soft
            ? device.Upload<float>(new Shape(classes), Array.ConvertAll(weights, w => (float)w))
            : null;
        MixedTargets? mixed = soft
            ? new MixedTargets(
                device.Upload<int>(new Shape(rows), seconds), device.Upload<float>(new Shape(rows), shares))
            : null;
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = device.Allocate<float>(logits.Shape);
        var focal = new FocalCrossEntropy(device, rows, classes, gamma, smoothing);

        focal.ForwardBackward(logits, targets, classWeights, loss, dLogits, mixed);

        double[] expected = Reference([values.ToDouble()]);
        Closeness.Close("loss", loss.ToArray().ToDouble(), expected, 4e-6, 1);
        float[] gradient = dLogits.ToArray();
        if (values.Length <= 300)
        {
            GradientCheck.Of("focal loss", Reference, [values.ToDouble()], 0, [1], gradient, tolerance: 2e-6);
        }

        if (!soft)
        {
            loss.Clear();
            focal.Forward(logits, targets, null, loss);
            Closeness.Close("loss of the forward pass alone", loss.ToArray().ToDouble(), expected, 4e-6, 1);
        }

        focal.ForwardBackward(logits, targets, classWeights, loss, logits, mixed);
        Assert.Equal(gradient, logits.ToArray());

        // The contract, in float64 by the definition: a_c (1 - p_c)^gamma log p_c.
        double[] Reference(double[][] inputs)
        {
            double sum = 0;
            double divisor = 0;
            for (int row = 0; row < rows; row++)
            {
                double[] x = inputs[0][(row * classes)..((row + 1) * classes)];
                double all = x.Sum(Math.Exp);
                double first = (1 - (double)shares[row]) * weights[labels[row]];
                double second = shares[row] * weights[seconds[row]];
                divisor += first + second;
                for (int c = 0; c < classes; c++)
                {
                    double share = (double)smoothing / classes * weights[c];
                    share += (1 - (double)smoothing) *
                        ((c == labels[row] ? first : 0) + (c == seconds[row] ? second : 0));
                    double p = Math.Exp(x[c]) / all;
                    sum -= share * Math.Pow(1 - p, gamma) * Math.Log(p);
                }
            }

            return [sum / divisor];
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void FocalCrossEntropy_OfGamma0_IsSoftmaxCrossEntropy(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(64, 12);
        Tensor<float> logits = device.Upload<float>(shape, Randoms.Normal(shape.Length, seed: 5, scale: 3));
        Tensor<int> targets = device.Upload<int>(new Shape(64), [.. Enumerable.Range(0, 64).Select(row => row % 12)]);
        Tensor<float>[] losses = [device.Allocate<float>(new Shape(1)), device.Allocate<float>(new Shape(1))];
        Tensor<float>[] gradients = [device.Allocate<float>(shape), device.Allocate<float>(shape)];

        new SoftmaxCrossEntropy(device, 64, 12, 0.2f).ForwardBackward(logits, targets, null, losses[0], gradients[0]);
        new FocalCrossEntropy(device, 64, 12, 0f, 0.2f).ForwardBackward(
            logits, targets, null, losses[1], gradients[1]);

        Closeness.Close("loss", losses[1].ToArray(), losses[0].ToArray(), 2e-6, 1);
        Closeness.Close("gradient", gradients[1].ToArray(), gradients[0].ToArray(), 1e-6, 64, 12);
    }

    /// <summary>What is sure and right costs nothing and moves nothing; what is sure and wrong costs all.</summary>
    [Theory]
    [MemberData(nameof(Devices))]
    public void FocalCrossEntropy_ExtremeLogits_StayFinite(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(3, 2);
        Tensor<float> logits = device.Upload<float>(shape, [1e4f, -1e4f, 1e4f, -1e4f, -1e4f, -1e4f]);
        Tensor<int> targets = device.Upload<int>(new Shape(3), [0, 1, 0]);
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = device.Allocate<float>(shape);

        new FocalCrossEntropy(device, 3, 2, 2f).ForwardBackward(logits, targets, null, loss, dLogits);

        Closeness.Close("loss", loss.ToArray(), [(2e4f + (0.25f * MathF.Log(2))) / 3], 1e-6, 1);
        // Of the third row, p = 1/2: g = 2/4 log(1/2) - 1/4.
        float g = (0.5f * -MathF.Log(2)) - 0.25f;
        Closeness.Close(
            "gradient", dLogits.ToArray(), [0, 0, 1f / 3, -1f / 3, g / 6, -g / 6], 1e-6, 3, 2);
    }

    [Fact]
    public void FocalCrossEntropy_NumbersOutOfRange_AreRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        foreach (float wrong in (float[])[-0.1f, float.NaN, float.PositiveInfinity])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new FocalCrossEntropy(device, 2, 3, wrong));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new FocalCrossEntropy(device, 2, 3, 2f, 1.1f));
        Tensor<float> logits = device.Allocate<float>(new Shape(2, 3));
        ArgumentException error = Assert.Throws<ArgumentException>(() => new FocalCrossEntropy(device, 2, 3, 2f)
            .ForwardBackward(
                logits, device.Upload<int>(new Shape(2), [0, 3]), null, device.Allocate<float>(new Shape(1)), logits));
        Assert.Contains("row 1 is 3", error.Message, StringComparison.Ordinal);
    }

    public sealed record FocalCase(int Rows, int Classes, float Gamma, bool Soft);
}
