using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Optimizers;

public sealed class OptimizerTests
{
    private const int Steps = 12;

    public static TheoryData<string, SgdOptions> SettingsOfSgd => TestDevices.TimesRungs<SgdOptions>("sgd",
    [
        new() { Momentum = 0f }, new() { Momentum = 0f, WeightDecay = 0.1f }, new(), new() { Dampening = 0.5f },
        new() { Momentum = 0.8f, Nesterov = true, WeightDecay = 0.01f },
        new() { Momentum = 0.5f, Dampening = -0.25f, WeightDecay = 0.2f },
    ]);

    public static TheoryData<string, AdamOptions> SettingsOfAdam => TestDevices.TimesRungs<AdamOptions>("adam",
    [
        new(), new() { WeightDecay = 0.1f }, new() { Beta1 = 0f, Beta2 = 0f, Epsilon = 1e-3f },
        new() { Beta1 = 0.5f, Beta2 = 0.25f }, new() { Beta1 = 0.95f, Beta2 = 0.9999f, Epsilon = 1e-4f },
    ]);

    public static TheoryData<string, AdamWOptions> SettingsOfAdamW => TestDevices.TimesRungs<AdamWOptions>("adam",
    [
        new() { WeightDecay = 0.1f }, new() { Beta1 = 0.5f, Beta2 = 0.25f, Epsilon = 1e-4f, WeightDecay = 0.3f },
    ]);

    public static TheoryData<string, RmsPropOptions> SettingsOfRmsProp => TestDevices.Times<RmsPropOptions>(
    [
        new(), new() { Alpha = 0.5f, WeightDecay = 0.1f }, new() { Momentum = 0.9f }, new() { Centered = true },
        new() { Alpha = 0.9f, Epsilon = 1e-3f, Momentum = 0.5f, Centered = true, WeightDecay = 0.01f },
    ]);

    public static TheoryData<string> Devices => TestDevices.All;

    public static TheoryData<string> AdamRungs => TestDevices.EveryRung("adam");

    [Theory]
    [MemberData(nameof(SettingsOfRmsProp))]
    public void RmsProp_Trajectory_MatchesFloat64(string selector, RmsPropOptions options)
    {
        double[] square = [];
        double[] mean = [];
        double[] buffer = [];
        Trajectory(
            selector,
            options.Create,
            (p, g, rate, step) =>
            {
                square = step == 1 ? new double[p.Length] : square;
                mean = step == 1 ? new double[p.Length] : mean;
                buffer = step == 1 ? new double[p.Length] : buffer;
                double[] next = new double[p.Length];
                for (int i = 0; i < p.Length; i++)
                {
                    double gradient = g[i] + (options.WeightDecay * p[i]);
                    square[i] = (options.Alpha * square[i]) + ((1 - (double)options.Alpha) * gradient * gradient);
                    mean[i] = (options.Alpha * mean[i]) + ((1 - (double)options.Alpha) * gradient);
                    double v = options.Centered ? square[i] - (mean[i] * mean[i]) : square[i];
                    buffer[i] = (options.Momentum * buffer[i]) + (gradient / (Math.Sqrt(v) + options.Epsilon));
                    next[i] = p[i] - (rate * buffer[i]);
                }

                return next;
            });
    }

    [Theory]
    [MemberData(nameof(SettingsOfSgd))]
    public void Sgd_Trajectory_MatchesFloat64(string selector, SgdOptions options)
    {
        double[] buffer = [];
        Trajectory(
            selector,
            options.Create,
            (p, g, rate, step) =>
            {
                g = [.. g.Zip(p, (gradient, value) => gradient + (options.WeightDecay * value))];
                if (options.Momentum != 0)
                {
                    double share = 1 - (double)options.Dampening;
                    buffer = step == 1 ? g : [.. buffer.Zip(g, (b, d) => (options.Momentum * b) + (share * d))];
                    g = options.Nesterov ? [.. g.Zip(buffer, (d, b) => d + (options.Momentum * b))] : buffer;
                }

                return [.. p.Zip(g, (value, direction) => value - (rate * direction))];
            });
    }

    [Theory]
    [MemberData(nameof(SettingsOfAdam))]
    public void Adam_Trajectory_MatchesFloat64(string selector, AdamOptions options) =>
        AdamTrajectory(
            selector, options,
            new AdamSettings(options.Beta1, options.Beta2, options.Epsilon, Penalty: options.WeightDecay, Decay: 0f));

    [Theory]
    [MemberData(nameof(SettingsOfAdamW))]
    public void AdamW_Trajectory_MatchesFloat64(string selector, AdamWOptions options) =>
        AdamTrajectory(
            selector, options,
            new AdamSettings(options.Beta1, options.Beta2, options.Epsilon, Penalty: 0f, Decay: options.WeightDecay));

    private static void AdamTrajectory(string selector, OptimizerOptions options, AdamSettings settings)
    {
        double[] mean = [];
        double[] square = [];
        Trajectory(
            selector,
            options.Create,
            (p, g, rate, step) =>
            {
                mean = step == 1 ? new double[p.Length] : mean;
                square = step == 1 ? new double[p.Length] : square;
                double[] next = new double[p.Length];
                for (int i = 0; i < p.Length; i++)
                {
                    double value = p[i] * (1 - (rate * settings.Decay));
                    double gradient = g[i] + (settings.Penalty * p[i]);
                    mean[i] = (settings.Beta1 * mean[i]) + ((1 - (double)settings.Beta1) * gradient);
                    square[i] = (settings.Beta2 * square[i]) + ((1 - (double)settings.Beta2) * gradient * gradient);
                    double m = mean[i] / (1 - Math.Pow(settings.Beta1, step));
                    double v = square[i] / (1 - Math.Pow(settings.Beta2, step));
                    next[i] = value - (rate * m / (Math.Sqrt(v) + settings.Epsilon));
                }

                return next;
            });
    }

    /// <summary>From zero moments, one step at any number moves by the ratio of the two corrections.</summary>
    [Theory]
    [MemberData(nameof(AdamRungs))]
    public void Adam_BiasCorrection_IsAccurateAtEveryStep(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach (int step in (int[])[1, 2, 3, 10, 197, 198, 1000, 20_000, 20_713, 20_714, 1_000_000, int.MaxValue])
        {
            Tensor<float> parameters = device.Allocate<float>(new Shape(3));
            Tensor<float> gradients = device.Upload<float>(new Shape(3), [1f, -2f, 0.5f]);
            var progress = new TrainingProgress(device);
            progress.SetLearningRate(1f);
            progress.SetStep(step);
            var adam = new Adam(device, parameters, gradients, progress, new AdamOptions { Epsilon = 0f });

            adam.Step();

            double m = (1 - (double)0.9f) / (1 - Math.Pow(0.9f, step));
            double v = (1 - (double)0.999f) / (1 - Math.Pow(0.999f, step));
            double moved = m / Math.Sqrt(v);
            Closeness.Close(
                $"step {step}", parameters.ToArray().ToDouble(), [-moved, moved, -moved], 5e-7, 3);
        }
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.5, 30)]
    [InlineData(0.9, 197)]
    [InlineData(0.999, 20_713)]
    public void Adam_BiasCorrections_GrowToExactlyOne(double beta, int length)
    {
        double[] corrections = Adam.BiasCorrections(beta);

        Assert.Equal(length, corrections.Length);
        Assert.Equal(1, corrections[^1]);
        Assert.Equal(1 - beta, corrections[0]);
        Assert.Equal(corrections.Order(), corrections);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Optimizer_StateCopiedToAnother_ContinuesBitForBit(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        Func<Tensor<float>, Tensor<float>, TrainingProgress, IOptimizer>[] makers =
        [
            (p, g, progress) => new Adam(device, p, g, progress),
            (p, g, progress) => new Sgd(device, p, g, progress, new SgdOptions { Dampening = 0.1f }),
            (p, g, progress) => new Sgd(device, p, g, progress, new SgdOptions { Momentum = 0f }),
            (p, g, progress) => new RmsProp(
                device, p, g, progress, new RmsPropOptions { Momentum = 0.5f, Centered = true }),
        ];
        foreach (Func<Tensor<float>, Tensor<float>, TrainingProgress, IOptimizer> make in makers)
        {
            var run = new Run(device, 41, make);
            run.Steps(5);
            var resumed = new Run(device, 41, make);
            resumed.Parameters.CopyFrom(run.Parameters);
            resumed.Progress.SetStep(5);
            foreach (((string name, Tensor<float> value), int i) in run.Optimizer.State.Select((s, i) => (s, i)))
            {
                Assert.Equal(name, resumed.Optimizer.State[i].Name);
                resumed.Optimizer.State[i].Value.CopyFrom(value);
            }

            run.Steps(3);
            resumed.Steps(3);

            Assert.Equal(run.Parameters.ToArray(), resumed.Parameters.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(AdamRungs))]
    public void Adam_MomentsThatNoGradientFeeds_EndAtZeroAndNotInSubnormals(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        const int Length = 11;
        var progress = new TrainingProgress(device);
        progress.SetLearningRate(1e-3f);
        Tensor<float> gradients = device.Upload<float>(new Shape(Length), Randoms.Normal(Length, seed: 1));
        var adam = new Adam(
            device, device.Allocate<float>(new Shape(Length)), gradients, progress,
            new AdamOptions { Beta1 = 0.01f, Beta2 = 0.01f });
        for (int step = 0; step < 40; step++)
        {
            progress.Advance();
            adam.Step();
            Assert.DoesNotContain(adam.State.SelectMany(state => state.Value.ToArray()), float.IsSubnormal);
        }

        Assert.All(adam.State, state => Assert.All(state.Value.ToArray(), value => Assert.Equal(0f, value)));
    }

    [Fact]
    public void Optimizer_InFloat4_HasTheBitsOfOneByOne()
    {
        Func<ComputeDevice, Tensor<float>, Tensor<float>, TrainingProgress, IOptimizer>[] makers =
        [
            (device, p, g, progress) => new Adam(device, p, g, progress, new AdamOptions { WeightDecay = 0.1f }),
            (device, p, g, progress) => new Sgd(device, p, g, progress, new SgdOptions { WeightDecay = 0.1f }),
        ];
        foreach (var make in makers)
        {
            float[][] results = [.. new[] { 1, 3 }.Select(rung =>
            {
                ComputeDevice device = TestDevices.Get($"simulator adam={rung} sgd={rung}");
                var run = new Run(device, 1027, (p, g, progress) => make(device, p, g, progress));
                run.Steps(3);
                return run.Parameters.ToArray();
            })];
            Assert.Equal(results[0], results[1]);
        }
    }

    [Fact]
    public void Optimizer_OfASliceThatIsNotAligned_TakesOneByOne()
    {
        ComputeDevice device = TestDevices.Get("simulator adam=3");
        Tensor<float> all = device.Allocate<float>(new Shape(9));
        Tensor<float> slice = all.Slice(1, new Shape(8));
        _ = new Adam(device, slice, device.Allocate<float>(new Shape(8)), new TrainingProgress(device));
        Assert.Equal(1, device.Rungs.Made.Single(one => one.Ladder == "adam" && one.Shape == "8 parameters").Rung);
    }

    [Fact]
    public void Optimizer_State_HasPyTorchsNames()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        string[] Names(IOptimizer optimizer) => [.. optimizer.State.Select(state => state.Name)];
        Tensor<float> p = device.Allocate<float>(new Shape(4));
        Tensor<float> g = device.Allocate<float>(new Shape(4));
        var progress = new TrainingProgress(device);

        Assert.Equal(["exp_avg", "exp_avg_sq"], Names(new Adam(device, p, g, progress)));
        Assert.Equal(["momentum_buffer"], Names(new Sgd(device, p, g, progress)));
        Assert.Empty(Names(new Sgd(device, p, g, progress, new SgdOptions { Momentum = 0f })));
    }

    [Fact]
    public void Optimizer_WithoutAdvance_SaysSoOnTheHost()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Tensor<float> p = device.Allocate<float>(new Shape(4));
        Tensor<float> g = device.Allocate<float>(new Shape(4));
        var progress = new TrainingProgress(device);

        Assert.Throws<InvalidOperationException>(() => new Adam(device, p, g, progress).Step());
        Assert.Throws<InvalidOperationException>(() => new Sgd(device, p, g, progress).Step());
    }

    [Fact]
    public void Optimizer_SettingsThatMakeNoSense_AreRefused()
    {
        OptimizerOptions[] wrong =
        [
            new SgdOptions { Momentum = -0.1f }, new SgdOptions { Momentum = float.NaN },
            new SgdOptions { WeightDecay = -1 }, new SgdOptions { Dampening = float.NaN },
            new SgdOptions { Momentum = 0f, Nesterov = true }, new SgdOptions { Dampening = 0.1f, Nesterov = true },
            new AdamOptions { Beta1 = 1f }, new AdamOptions { Beta1 = -0.1f }, new AdamOptions { Beta2 = 1f },
            new AdamOptions { Beta2 = float.NaN }, new AdamOptions { Epsilon = -1 },
            new AdamOptions { WeightDecay = float.NaN }, new AdamWOptions { Beta1 = 1f },
            new AdamWOptions { Epsilon = -1 }, new AdamWOptions { WeightDecay = -1 },
            new RmsPropOptions { Alpha = 1f }, new RmsPropOptions { Momentum = -1f },
            new RmsPropOptions { WeightDecay = float.NaN }, new RmsPropOptions { Epsilon = -1 },
        ];
        Assert.All(wrong, options => Assert.Throws<ArgumentException>(options.Validate));

        ComputeDevice device = TestDevices.Get("cpu");
        Assert.Throws<ArgumentException>(() => new Adam(
            device, device.Allocate<float>(new Shape(4)), device.Allocate<float>(new Shape(5)),
            new TrainingProgress(device)));
    }

    /// <summary>Runs steps at a learning rate that changes, on lengths around vectors and blocks.</summary>
    private static void Trajectory(
        string selector,
        Func<ComputeDevice, Tensor<float>, Tensor<float>, TrainingProgress, IOptimizer> make,
        Func<double[], double[], double, int, double[]> reference)
    {
        ComputeDevice device = TestDevices.Get(selector);
        foreach (int length in (int[])[1, 8, 37, 10_003])
        {
            float[] initial = Randoms.Normal(length, seed: 1);
            double[] expected = initial.ToDouble();
            Tensor<float> parameters = device.Upload<float>(new Shape(length), initial);
            Tensor<float> gradients = device.Allocate<float>(new Shape(length));
            var progress = new TrainingProgress(device);
            IOptimizer optimizer = make(device, parameters, gradients, progress);
            for (int step = 1; step <= Steps; step++)
            {
                float rate = step < 7 ? 0.01f : 0.005f;
                float[] gradient = Randoms.Normal(length, seed: step + 1);
                progress.SetLearningRate(rate);
                gradients.CopyFrom(gradient);
                progress.Advance();

                optimizer.Step();

                expected = reference(expected, gradient.ToDouble(), rate, step);
                Closeness.Close($"after step {step}", parameters.ToArray().ToDouble(), expected, 3e-6, length);
                Assert.All(gradients.ToArray(), value => Assert.Equal(0f, value));
            }
        }
    }

    private sealed class Run
    {
        private readonly Tensor<float> gradients;

        public Run(
            ComputeDevice device, int length, Func<Tensor<float>, Tensor<float>, TrainingProgress, IOptimizer> make)
        {
            Parameters = device.Upload<float>(new Shape(length), Randoms.Normal(length, seed: 1));
            gradients = device.Allocate<float>(new Shape(length));
            Progress = new TrainingProgress(device);
            Progress.SetLearningRate(0.01f);
            Optimizer = make(Parameters, gradients, Progress);
        }

        public Tensor<float> Parameters { get; }

        public TrainingProgress Progress { get; }

        public IOptimizer Optimizer { get; }

        public void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Progress.Advance();
                gradients.CopyFrom(Randoms.Normal(gradients.Length, seed: 100 + Progress.Step.ToArray()[0]));
                Optimizer.Step();
            }
        }
    }
}
