// The resampler against torchaudio and a float64 reference, on both bodies, and the laws that any resampler keeps.

using System.Text.Json;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class ResampleTests
{
    public static TheoryData<string, string> Golden => TestDevices.TimesGolden("resample-");

    public static TheoryData<string, (int From, int To, int Samples)> Rates => TestDevices.Times(
        [(8000, 16000, 50), (44100, 8000, 300), (3, 2, 40), (7, 5, 1), (5, 7, 0), (101, 97, 150), (1000, 10, 700)]);

    [SkippableTheory]
    [MemberData(nameof(Golden))]
    public void Resample_OfTheirSignal_IsTheirs(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        JsonElement config = golden.Config;
        float[] signal = golden.Floats("signal").Values;
        float[] ours = Run(
            selector, signal, 1, config.GetProperty("orig").GetInt32(), config.GetProperty("new").GetInt32(),
            OptionsOf(config));

        Closeness.Close(golden.Floats("resampled"), ours, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Resample_OfRows_MatchesTheReference(string selector, (int From, int To, int Samples) rates)
    {
        foreach (ResampleOptions options in new[]
        {
            new ResampleOptions(), new ResampleOptions { Width = 16, Rolloff = 0.9 },
            new ResampleOptions { Window = ResampleWindow.Kaiser },
        })
        {
            float[] rows = Randoms.Normal(3 * rates.Samples, seed: rates.From);

            float[] ours = Run(selector, rows, 3, rates.From, rates.To, options);

            double[] expected =
                [.. Enumerable.Range(0, 3).SelectMany(row => Reference(
                    rows.AsSpan(row * rates.Samples, rates.Samples).ToArray(), rates.From, rates.To, options))];
            Closeness.Close($"{rates} {options}", ours.ToDouble(), expected, 2e-6, expected.Length);
        }
    }

    [Theory]
    [InlineData(8000, 16000)]
    [InlineData(44100, 8000)]
    [InlineData(11025, 16000)]
    [InlineData(7919, 8009)]
    [InlineData(44100, 9_999_991)]
    public void Resample_OfATone_IsTheSameToneAtTheOtherRate(int from, int to)
    {
        const double Hertz = 440;
        float[] tone = Tone(Hertz, from, from / 10);

        float[] ours = Run("cpu", tone, 1, from, to);

        // The ends are blurred: the tone begins and stops there.
        float[] expected = Tone(Hertz, to, ours.Length);
        int edge = ours.Length / 10;
        Closeness.Close("tone", ours.AsSpan(edge..^edge), expected.AsSpan(edge..^edge), 0.02, ours.Length - (2 * edge));
    }

    [Theory]
    [InlineData(0, 8000, 16000, 0)]
    [InlineData(1, 8000, 16000, 2)]
    [InlineData(1, 44100, 8000, 1)]
    [InlineData(44100, 44100, 16000, 16000)]
    [InlineData(44101, 44100, 16000, 16001)]
    [InlineData(5, 8000, 8000, 5)]
    public void Resample_OfAnyLength_RoundsTheLengthUp(int samples, int from, int to, int expected)
    {
        float[] ours = Run("cpu", new float[samples], 1, from, to);

        Assert.Equal(expected, ours.Length);
        Assert.All(ours, sample => Assert.Equal(0, sample));
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Resample_ToTheSameRate_IsACopy(string selector)
    {
        float[] tone = Tone(440, 8000, 100);

        Assert.Equal(tone, Run(selector, tone, 2, 8000, 8000));
    }

    /// <summary>What the product does: so many inputs that the outputs that are wanted lack nothing.</summary>
    [Theory]
    [InlineData(44100, 8000, 120)]
    [InlineData(8000, 44100, 333)]
    [InlineData(22050, 16000, 400)]
    public void Resample_OfTheInputsThatOutputsDependOn_IsTheBeginningOfTheWhole(int from, int to, int outputs)
    {
        ComputeDevice device = TestDevices.Get("cpu");
        float[] whole = Randoms.Normal(5000, seed: 3);
        int inputs = Resample.InputLength(outputs, from, to);
        var cut = new Resample(device, inputs, from, to, outputs: outputs);
        Tensor<float> y = device.Allocate<float>(new Shape(1, outputs));
        cut.Forward(device.Upload<float>(new Shape(1, inputs), whole.AsSpan(0, inputs)), y);

        Near.All("beginning", Run("cpu", whole, 1, from, to)[..outputs], y.ToArray());
        Assert.True(inputs < 5000);
    }

    [Fact]
    public void Resample_OfWhatItCannotDo_SaysWhatToGive()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        Assert.ThrowsAny<ArgumentException>(() => new Resample(device, 8, 0, 8000));
        Assert.ThrowsAny<ArgumentException>(() => new Resample(device, 8, 8000, -1));
        Assert.ThrowsAny<ArgumentException>(() => new Resample(device, 8, 1, 2, new ResampleOptions { Rolloff = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => new Resample(device, 8, 1, 2, new ResampleOptions { Width = 0 }));
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new Resample(device, 10_000_000, 9_999_991, 8000));
        Assert.Contains("common divisor", error.Message, StringComparison.Ordinal);
        Assert.False(Resample.IsFeasible(9_999_991, 8000, 8000));
        Assert.True(Resample.IsFeasible(44100, 16000, 80_000));
        Tensor<float> x = device.Allocate<float>(new Shape(1, 7));
        Assert.Throws<ArgumentException>(() => new Resample(device, 8, 1, 2).Forward(x, x));
    }

    private static float[] Run(
        string selector, float[] rows, int batch, int from, int to, ResampleOptions? options = null)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var resample = new Resample(device, rows.Length / batch, from, to, options);
        Tensor<float> y = device.Allocate<float>(new Shape(batch, resample.Outputs));
        resample.Forward(device.Upload<float>(new Shape(batch, rows.Length / batch), rows), y);
        return y.ToArray();
    }

    private static ResampleOptions OptionsOf(JsonElement config)
    {
        ResampleOptions options = new()
        {
            Width = config.GetProperty("lowpass_filter_width").GetInt32(),
            Rolloff = config.GetProperty("rolloff").GetDouble(),
            Window = config.GetProperty("method").GetString() == "sinc_interp_kaiser"
                ? ResampleWindow.Kaiser
                : ResampleWindow.Hann,
        };
        return config.TryGetProperty("beta", out JsonElement beta) && beta.ValueKind == JsonValueKind.Number
            ? options with { KaiserBeta = beta.GetDouble() }
            : options;
    }

    /// <summary>As the contract reads, over all samples.</summary>
    private static double[] Reference(float[] x, int from, int to, ResampleOptions options)
    {
        double f = options.Rolloff * Math.Min(from, to);
        return [.. Enumerable.Range(0, (int)Math.Ceiling((double)x.Length * to / from)).Select(n =>
            Enumerable.Range(0, x.Length).Sum(i =>
            {
                double t = (((double)i / from) - ((double)n / to)) * f;
                double place = t / options.Width;
                double window = Math.Abs(place) >= 1 ? 0
                    : options.Window == ResampleWindow.Hann ? (1 + Math.Cos(Math.PI * place)) / 2
                    : I0(options.KaiserBeta * Math.Sqrt(1 - (place * place))) / I0(options.KaiserBeta);
                double sinc = t == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);
                return x[i] * f / from * sinc * window;
            }))];
    }

    /// <summary>I_0(x) = (1 / pi) integral of exp(x cos u) over [0, pi], by the trapezoidal rule.</summary>
    private static double I0(double x)
    {
        const int Steps = 200;
        return Enumerable.Range(0, Steps).Average(i => Math.Exp(x * Math.Cos(Math.PI * (i + 0.5) / Steps)));
    }

    private static float[] Tone(double hertz, int rate, int samples) =>
        [.. Enumerable.Range(0, samples).Select(n => (float)Math.Sin(Math.Tau * hertz * n / rate))];
}
