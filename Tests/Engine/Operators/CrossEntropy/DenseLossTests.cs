using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>A classifier's last dense layer with its loss in one launch, against the launches apart.</summary>
public sealed class DenseLossTests
{
    private const int Rows = 9;
    private const int Classes = 7;

    public enum Source
    {
        Values,
        Parts,
        Pool,
        PoolWithoutDropout,
    }

    public static TheoryData<string, Source, bool> Cases
    {
        get
        {
            TheoryData<string, Source, bool> rows = [];
            foreach (string selector in TestDevices.Portable(selector =>
                !selector.StartsWith("opencl", StringComparison.Ordinal)))
            {
                foreach (Source source in Enum.GetValues<Source>())
                {
                    rows.Add(selector, source, false);
                }

                rows.Add(selector, Source.Values, true);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LastLayerWithItsLoss_IsBothApart(string selector, Source source, bool weighted)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[][] apart = new Run(device, source, weighted).Apart();
        var run = new Run(device, source, weighted);
        float[][] together = run.Together();
        string[] names = ["h", "logits", "gradient", "loss", "dX", "dWeight", "dBias"];

        Assert.Equal(apart[0], together[0]);
        Assert.All(Enumerable.Range(1, names.Length - 1), i => Near.All(names[i], apart[i], together[i], 1e-5));
        Assert.Equal(apart[^1], together[^1]); // Right answers, rows, position.
    }

    [Theory]
    [InlineData(Source.Values)]
    [InlineData(Source.Pool)]
    public void LastLayerWithItsLoss_HasTheSameBits_WhicheverGroupIsTheLast(Source source)
    {
        ComputeDevice device = TestDevices.Get("ptx");
        float[][] once = new Run(device, source, weighted: true).Together();
        device.Machine!.RunsBackwards = true;
        try
        {
            float[][] backwards = new Run(device, source, weighted: true).Together();

            Assert.All(Enumerable.Range(0, once.Length), i => Assert.Equal(once[i], backwards[i]));
        }
        finally
        {
            device.Machine.RunsBackwards = false;
        }
    }

    private sealed class Run
    {
        private const int Channels = 12;
        private const int Length = 11;
        private const int Before = 600; // So many terms are split.

        private readonly Source source;
        private readonly ComputeDevice device;
        private readonly MeterTotals totals;
        private readonly TrainingProgress progress;
        private readonly ClassificationLoss loss;
        private readonly MaskGenerator? masks;
        private readonly Dense first;
        private readonly Dense last;
        private readonly int inputs;
        private readonly Tensor<float> x;
        private readonly Tensor<float> firstWeight;
        private readonly Tensor<float> firstBias;
        private readonly Tensor<float> h;
        private readonly Tensor<int> argMax;
        private readonly Tensor<float> weight;
        private readonly Tensor<float> bias;
        private readonly Tensor<float> logits;
        private readonly Tensor<float> gradient;
        private readonly Tensor<int> targets;
        private readonly Tensor<float>? classWeights;

        public Run(ComputeDevice device, Source source, bool weighted)
        {
            this.device = device;
            this.source = source;
            totals = new MeterTotals(device);
            progress = new TrainingProgress(device);
            progress.SetStep(3);
            loss = new ClassificationLoss(device, Rows, Classes, totals, progress, labelSmoothing: 0.1f);
            inputs = 2 * Channels;
            masks = source is Source.Parts or Source.Pool ? new MaskGenerator(5, 1, 0.4f) : null;
            first = new Dense(device, new DenseShape(Rows, Before, inputs));
            last = new Dense(device, new DenseShape(Rows, inputs, Classes));
            bool isPool = source is Source.Pool or Source.PoolWithoutDropout;
            x = Noise(isPool ? new Shape(Rows, Channels, Length) : new Shape(Rows, Before), 1);
            firstWeight = Noise(new Shape(inputs, Before), 2);
            firstBias = Noise(new Shape(inputs), 3);
            h = source == Source.Values ? Noise(new Shape(Rows, inputs), 4) : device.Allocate<float>(new(Rows, inputs));
            argMax = device.Allocate<int>(new Shape(Rows, Channels));
            weight = Noise(new Shape(Classes, inputs), 5);
            bias = Noise(new Shape(Classes), 6);
            logits = device.Allocate<float>(new Shape(Rows, Classes));
            gradient = device.Allocate<float>(new Shape(Rows, Classes));
            targets = device.Upload<int>(new Shape(Rows), [.. Enumerable.Range(0, Rows).Select(i => i * 3 % Classes)]);
            classWeights = weighted
                ? device.Upload<float>(new Shape(Classes), [1f, 2f, 0.5f, 1.5f, 3f, 0.25f, 1f])
                : null;
        }

        public float[][] Apart()
        {
            switch (source)
            {
                case Source.Parts:
                    first.ForwardReluDropout(x, firstWeight, firstBias, h, masks!.Value, progress);
                    break;
                case Source.Pool or Source.PoolWithoutDropout:
                    new GlobalMeanMaxPool(device, Rows, Channels, Length).Forward(x, h, argMax);
                    if (masks is not null)
                    {
                        Mask().Forward(h, h, device.Allocate<float>(h.Shape), progress);
                    }

                    break;
            }

            last.Forward(h, weight, bias, logits);
            loss.ForwardBackward(logits, targets, classWeights, gradient);
            return Results(BackwardApart);
        }

        public float[][] Together()
        {
            DenseRows rows = source switch
            {
                Source.Values => DenseRows.Of(h),
                Source.Parts => first.ForwardReluRows(x, firstWeight, firstBias, h, masks, progress),
                _ => DenseRows.OfPool(x, argMax, h, masks),
            };
            long launches = device.Launches;
            loss.ForwardBackward(rows, weight, bias, logits, targets, classWeights, gradient);
            Assert.Equal(1, device.Launches - launches);
            return Results(BackwardTogether);
        }

        private Dropout Mask() => new(device, h.Length, 0.4f, 1, 5);

        private void BackwardApart(Tensor<float> dX, Tensor<float> dWeight, Tensor<float> dBias)
        {
            Tensor<float> dH = device.Allocate<float>(h.Shape);
            last.BackwardSmall(h, weight, gradient, dWeight, dBias, dH, gate: 0);
            if (masks is not null)
            {
                Tensor<float> mask = device.Allocate<float>(h.Shape);
                Mask().Forward(dH, dH, mask, progress);
            }

            new GlobalMeanMaxPool(device, Rows, Channels, Length).Backward(dH, argMax, dX);
        }

        private void BackwardTogether(Tensor<float> dX, Tensor<float> dWeight, Tensor<float> dBias) =>
            last.BackwardPool(h, weight, gradient, dWeight, dBias, argMax, dX, masks, progress);

        private float[][] Results(Action<Tensor<float>, Tensor<float>, Tensor<float>> backward)
        {
            bool isPool = source is Source.Pool or Source.PoolWithoutDropout;
            Tensor<float> dX = Noise(isPool ? x.Shape : new Shape(1), 7);
            Tensor<float> dWeight = Noise(weight.Shape, 8);
            Tensor<float> dBias = Noise(bias.Shape, 9);
            if (isPool)
            {
                backward(dX, dWeight, dBias);
            }

            (double lossSum, long correct, long rows) = totals.Read();
            return
            [
                h.ToArray(), logits.ToArray(), gradient.ToArray(), [loss.Loss.ToArray()[0], (float)lossSum],
                dX.ToArray(), dWeight.ToArray(), dBias.ToArray(),
                [correct, rows, progress.Position.ToArray()[0], .. argMax.ToArray()],
            ];
        }

        private Tensor<float> Noise(Shape shape, int seed) =>
            device.Upload<float>(shape, Randoms.Normal(shape.Length, seed));
    }
}
