using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class CrossEntropyTests
{
    private static readonly (int Rows, int Classes)[] Shapes =
        [(1, 1), (1, 2), (5, 10), (64, 10), (7, 33), (300, 3), (700, 35)];

    private static readonly (int Rows, int Classes)[] SmallShapes =
        [(1, 1), (1, 2), (5, 10), (64, 12), (7, 33), (30, 3)];

    public static TheoryData<string, SoftmaxCase> SoftmaxCases => TestDevices.TimesRungs(
        "softmax-cross-entropy", SoftmaxCasesOf(SmallShapes), bigCases: SoftmaxCasesOf([(300, 3), (700, 35)]));

    public static TheoryData<string, SigmoidCase> SigmoidCases => TestDevices.Times(
        from shape in Shapes
        from weighted in (bool[])[false, true]
        select new SigmoidCase(shape.Rows, shape.Classes, weighted));

    public static TheoryData<string> Devices => TestDevices.EveryRung("softmax-cross-entropy");

    public static TheoryData<string> PortableDevices =>
        [.. TestDevices.WithRungs("softmax-cross-entropy", TestDevices.Portable())];

    private static IEnumerable<SoftmaxCase> SoftmaxCasesOf(IEnumerable<(int Rows, int Classes)> shapes) =>
        from shape in shapes
        from smoothing in (float[])[0f, 0.1f, 1f]
        from weighted in (bool[])[false, true]
        select new SoftmaxCase(shape.Rows, shape.Classes, smoothing, weighted);

    [Theory]
    [MemberData(nameof(SoftmaxCases))]
    public void SoftmaxCrossEntropy_LossAndGradient_MatchFiniteDifferences(string selector, SoftmaxCase shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (int rows, int classes, float smoothing, bool weighted) = shape;
        float[] values = Randoms.Normal(rows * classes, seed: rows + classes, scale: 2);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 7919 % classes)];
        double[] weights = [.. Enumerable.Range(0, classes).Select(c => weighted ? (float)(0.5 + (c % 4)) : 1.0)];
        Tensor<float> logits = device.Upload<float>(new Shape(rows, classes), values);
        Tensor<int> targets = device.Upload<int>(new Shape(rows), labels);
        Tensor<float>? classWeights = weighted
            ? device.Upload<float>(new Shape(classes), Array.ConvertAll(weights, w => (float)w))
            : null;
        var entropy = new SoftmaxCrossEntropy(device, rows, classes, smoothing);

        float[] gradient = CheckLoss(
            logits, inputs => [MeanSoftmax(inputs[0], labels, weights, smoothing)],
            loss => entropy.Forward(logits, targets, classWeights, loss),
            (loss, dLogits) => entropy.ForwardBackward(logits, targets, classWeights, loss, dLogits));

        Assert.True(Math.Abs(gradient.Sum(g => (double)g)) < 1e-5, "the gradient of a row sums to 0");
    }

    [Theory]
    [MemberData(nameof(SoftmaxCases))]
    public void SoftmaxCrossEntropy_OfMixedRows_IsTheMixtureOfTheirLosses(string selector, SoftmaxCase shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (int rows, int classes, float smoothing, bool weighted) = shape;
        float[] values = Randoms.Normal(rows * classes, seed: rows + classes, scale: 2);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 7919 % classes)];
        int[] seconds = [.. Enumerable.Range(0, rows).Select(row => row * 31 % classes)];
        float[] shares = [.. Enumerable.Range(0, rows).Select(row => row % 4 / 6f)];
        double[] weights = [.. Enumerable.Range(0, classes).Select(c => weighted ? (float)(0.5 + (c % 4)) : 1.0)];
        Tensor<float> logits = device.Upload<float>(new Shape(rows, classes), values);
        Tensor<float>? classWeights = weighted
            ? device.Upload<float>(new Shape(classes), Array.ConvertAll(weights, w => (float)w))
            : null;
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = device.Allocate<float>(logits.Shape);

        new SoftmaxCrossEntropy(device, rows, classes, smoothing).ForwardBackward(
            logits, device.Upload<int>(new Shape(rows), labels), classWeights, loss, dLogits,
            new MixedTargets(
                device.Upload<int>(new Shape(rows), seconds), device.Upload<float>(new Shape(rows), shares)));

        Closeness.Close("loss", loss.ToArray().ToDouble(), Reference([values.ToDouble()]), 2e-6, 1);
        if (rows * classes <= 300)
        {
            GradientCheck.Of(
                "mixed cross-entropy", Reference, [values.ToDouble()], 0, [1], dLogits.ToArray(), tolerance: 1e-6);
        }

        // a_c of the contract against log softmax, row by row.
        double[] Reference(double[][] inputs)
        {
            double sum = 0;
            double divisor = 0;
            for (int row = 0; row < rows; row++)
            {
                double[] x = inputs[0][(row * classes)..((row + 1) * classes)];
                double log = Math.Log(x.Sum(value => Math.Exp(value)));
                double first = (1 - (double)shares[row]) * weights[labels[row]];
                double second = shares[row] * weights[seconds[row]];
                divisor += first + second;
                sum += (1 - (double)smoothing) *
                    ((first * (log - x[labels[row]])) + (second * (log - x[seconds[row]])));
                sum += x.Select((value, c) => (double)smoothing / classes * weights[c] * (log - value)).Sum();
            }

            return [sum / divisor];
        }
    }

    [Theory]
    [MemberData(nameof(SigmoidCases))]
    public void SigmoidCrossEntropy_LossAndGradient_MatchFiniteDifferences(string selector, SigmoidCase shape)
    {
        ComputeDevice device = TestDevices.Get(selector);
        (int rows, int classes, bool weighted) = shape;
        float[] values = Randoms.Normal(rows * classes, seed: rows + classes, scale: 2);
        // Mostly 0 and 1, with soft targets among them.
        float[] labels = [.. Enumerable.Range(0, rows * classes).Select(
            i => (i * 7919 % 5) switch { 0 or 3 => 0f, 4 => 0.3f, _ => 1f })];
        double[] weights = [.. Enumerable.Range(0, classes).Select(c => weighted ? 0.5 + (c % 4) : 1.0)];
        Tensor<float> logits = device.Upload<float>(new Shape(rows, classes), values);
        Tensor<float> targets = device.Upload<float>(new Shape(rows, classes), labels);
        Tensor<float>? positiveWeights = weighted
            ? device.Upload<float>(new Shape(classes), Array.ConvertAll(weights, w => (float)w))
            : null;
        var entropy = new SigmoidCrossEntropy(device, rows, classes);

        CheckLoss(
            logits, inputs => [MeanSigmoid(inputs[0], labels, weights)],
            loss => entropy.Forward(logits, targets, positiveWeights, loss),
            (loss, dLogits) => entropy.ForwardBackward(logits, targets, positiveWeights, loss, dLogits));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void SoftmaxCrossEntropy_ExtremeLogits_StayFinite(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(3, 2);
        Tensor<float> logits = device.Upload<float>(shape, [1e4f, -1e4f, 1e4f, -1e4f, -1e4f, -1e4f]);
        Tensor<int> targets = device.Upload<int>(new Shape(3), [0, 1, 0]);
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = device.Allocate<float>(shape);

        new SoftmaxCrossEntropy(device, 3, 2).ForwardBackward(logits, targets, null, loss, dLogits);

        Closeness.Close("loss", loss.ToArray(), [(2e4f + MathF.Log(2)) / 3], 1e-6, 1);
        Closeness.Close(
            "gradient", dLogits.ToArray(), [0, 0, 1f / 3, -1f / 3, -0.5f / 3, 0.5f / 3], 1e-6, 3, 2);

        new SoftmaxCrossEntropy(device, 3, 2, 0.1f).ForwardBackward(logits, targets, null, loss, dLogits);
        Assert.True(float.IsFinite(loss.ToArray()[0]));
        Assert.All(dLogits.ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void SigmoidCrossEntropy_ExtremeLogits_StayFinite(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var shape = new Shape(1, 4);
        Tensor<float> logits = device.Upload<float>(shape, [1e4f, 1e4f, -1e4f, -1e4f]);
        Tensor<float> targets = device.Upload<float>(shape, [1, 0, 1, 0]);
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = device.Allocate<float>(shape);

        new SigmoidCrossEntropy(device, 1, 4).ForwardBackward(logits, targets, null, loss, dLogits);

        Closeness.Close("loss", loss.ToArray(), [5e3f], 1e-6, 1);
        Closeness.Close("gradient", dLogits.ToArray(), [0, 0.25f, -0.25f, 0], 1e-6, 1, 4);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void CrossEntropies_SureAndRight_KeepTheDigitsOfATinyLoss(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> logit = device.Upload<float>(new Shape(1, 1), [20]);
        Tensor<float> target = device.Upload<float>(new Shape(1, 1), [1]);

        new SigmoidCrossEntropy(device, 1, 1).Forward(logit, target, null, loss);

        Assert.Equal(Math.Exp(-20), loss.ToArray()[0], 1e-6 * Math.Exp(-20));
    }

    [Fact]
    public void SoftmaxCrossEntropy_TargetThatIsNoClass_IsRefusedOnTheHost()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        var entropy = new SoftmaxCrossEntropy(device, 2, 3);
        Tensor<float> logits = device.Allocate<float>(new Shape(2, 3));
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        foreach (int wrong in (int[])[-1, 3, int.MinValue])
        {
            Tensor<int> targets = device.Upload<int>(new Shape(2), [0, wrong]);
            ArgumentException error = Assert.Throws<ArgumentException>(
                () => entropy.ForwardBackward(logits, targets, null, loss, logits));
            Assert.Contains($"row 1 is {wrong}", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The host's body refuses such a target.</summary>
    [Theory]
    [MemberData(nameof(PortableDevices))]
    public void SoftmaxCrossEntropy_TargetThatIsNoClass_TouchesNothingElse(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> logits = device.Upload<float>(new Shape(2, 2), [1, 2, 3, 4]);
        Tensor<int> targets = device.Upload<int>(new Shape(2), [1_000_000_000, -5]);
        Tensor<float> weights = device.Upload<float>(new Shape(2), [1, 2]);
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = device.Allocate<float>(new Shape(2, 2));

        new SoftmaxCrossEntropy(device, 2, 2, 0.5f).ForwardBackward(logits, targets, weights, loss, dLogits);

        Assert.Equal([1, 2, 3, 4], logits.ToArray());
    }

    [Fact]
    public void SoftmaxCrossEntropy_SmoothingThatIsNoShare_IsRefused()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        foreach (float wrong in (float[])[-0.1f, 1.1f, float.NaN])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxCrossEntropy(device, 2, 3, wrong));
        }
    }

    /// <summary>
    /// The loss with its gradient, alone, and with the gradient in place of the logits; the gradient.
    /// </summary>
    private static float[] CheckLoss(
        Tensor<float> logits, Func<double[][], double[]> reference, Action<Tensor<float>> forward,
        Action<Tensor<float>, Tensor<float>> forwardBackward)
    {
        float[] values = logits.ToArray();
        Tensor<float> loss = logits.Device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = logits.Device.Allocate<float>(logits.Shape);

        forwardBackward(loss, dLogits);

        double[] expected = reference([values.ToDouble()]);
        Closeness.Close("loss", loss.ToArray().ToDouble(), expected, 2e-6, 1);
        float[] gradient = dLogits.ToArray();
        if (values.Length <= 300)
        {
            GradientCheck.Of("loss", reference, [values.ToDouble()], 0, [1], gradient, tolerance: 1e-6);
        }

        loss.Clear();
        forward(loss);
        Closeness.Close("loss of the forward pass alone", loss.ToArray().ToDouble(), expected, 2e-6, 1);
        Assert.Equal(values, logits.ToArray());

        forwardBackward(loss, logits);
        Assert.Equal(gradient, logits.ToArray());
        return gradient;
    }

    private static double MeanSoftmax(double[] x, int[] labels, double[] weights, double smoothing)
    {
        int classes = weights.Length;
        double sum = 0;
        double weight = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            double[] logits = x[(row * classes)..((row + 1) * classes)];
            double logSum = Math.Log(logits.Sum(Math.Exp));
            sum += (1 - smoothing) * weights[labels[row]] * (logSum - logits[labels[row]]);
            sum += smoothing / classes * logits.Select((value, c) => weights[c] * (logSum - value)).Sum();
            weight += weights[labels[row]];
        }

        return sum / weight;
    }

    /// <summary>
    /// Where the target's own logit is minus infinity the loss is infinite, and its gradient a number.
    /// </summary>
    [Theory]
    [MemberData(nameof(Devices))]
    public void SoftmaxCrossEntropy_LogitOfMinusInfinity_CountsWhereItIsTheTargetAlone(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> logits = device.Upload<float>(
            new Shape(2, 3), [float.NegativeInfinity, 0, 0, 1, float.NegativeInfinity, 1]);
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = device.Allocate<float>(new Shape(2, 3));
        var entropy = new SoftmaxCrossEntropy(device, 2, 3);

        entropy.ForwardBackward(logits, device.Upload<int>(new Shape(2), [1, 2]), null, loss, dLogits);

        Closeness.Close("loss", loss.ToArray(), [MathF.Log(2)], 1e-6, 1);
        Closeness.Close("gradient", dLogits.ToArray(), [0, -0.25f, 0.25f, 0.25f, 0, -0.25f], 1e-6, 2, 3);

        entropy.ForwardBackward(logits, device.Upload<int>(new Shape(2), [0, 2]), null, loss, dLogits);

        Assert.Equal([float.PositiveInfinity], loss.ToArray());
        Closeness.Close("gradient", dLogits.ToArray(), [-0.5f, 0.25f, 0.25f, 0.25f, 0, -0.25f], 1e-6, 2, 3);
    }

    /// <summary>A class of weight 0 is left out of a smoothed target, though its logit be minus infinity.</summary>
    [Theory]
    [MemberData(nameof(Devices))]
    public void SoftmaxCrossEntropy_ClassOfWeight0_MayHaveALogitOfMinusInfinity(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Tensor<float> logits = device.Upload<float>(new Shape(1, 3), [float.NegativeInfinity, 0, 0]);
        Tensor<float> weights = device.Upload<float>(new Shape(3), [0, 1, 1]);
        Tensor<float> loss = device.Allocate<float>(new Shape(1));

        new SoftmaxCrossEntropy(device, 1, 3, labelSmoothing: 0.3f)
            .Forward(logits, device.Upload<int>(new Shape(1), [1]), weights, loss);

        // ((1 - 0.3) + 2 * 0.3 / 3) ln 2
        Closeness.Close("loss", loss.ToArray(), [0.9f * MathF.Log(2)], 1e-6, 1);
    }

    /// <summary>A logit that is surely right costs nothing; one that is surely wrong, all.</summary>
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void SigmoidCrossEntropy_InfiniteLogits_CostNothingOrAll(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        const float Most = float.PositiveInfinity;
        Tensor<float> loss = device.Allocate<float>(new Shape(1));
        Tensor<float> dLogits = device.Allocate<float>(new Shape(1, 3));
        var entropy = new SigmoidCrossEntropy(device, 1, 3);

        entropy.ForwardBackward(
            device.Upload<float>(new Shape(1, 3), [-Most, Most, -20]), device.Upload<float>(new Shape(1, 3), [0, 1, 0]),
            null, loss, dLogits);

        double small = Math.Log(1 + Math.Exp(-20)) / 3; // No digit of it is lost.
        Assert.Equal(small, loss.ToArray()[0], 1e-6 * small);
        Assert.Equal(small, dLogits.ToArray()[2], 1e-6 * small);
        Assert.Equal([0f, 0f], dLogits.ToArray()[..2]);

        entropy.Forward(
            device.Upload<float>(new Shape(1, 3), [Most, 0, 0]), device.Upload<float>(new Shape(1, 3), [0, 1, 0]),
            null, loss);
        Assert.Equal([Most], loss.ToArray());
    }

    private static double MeanSigmoid(double[] x, float[] labels, double[] weights)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double s = 1 / (1 + Math.Exp(-x[i]));
            sum -= (weights[i % weights.Length] * labels[i] * Math.Log(s)) + ((1 - labels[i]) * Math.Log(1 - s));
        }

        return sum / x.Length;
    }

    public sealed record SoftmaxCase(int Rows, int Classes, float Smoothing, bool Weighted);

    public sealed record SigmoidCase(int Rows, int Classes, bool Weighted);
}
