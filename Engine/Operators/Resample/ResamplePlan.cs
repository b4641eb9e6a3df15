using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Sizes of a resampling, and its weights on the device; the letters are those of <see cref="Resample"/>.
/// </summary>
internal sealed class ResamplePlan
{
    /// <summary>Taps of the host's weights are filled up to a multiple of this.</summary>
    public const int TapBlock = 16;

    public ResamplePlan(
        ComputeDevice device, int samples, int fromRate, int toRate, ResampleOptions options, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(toRate, 1);
        options.Validate();
        Device = device;
        Samples = samples;
        Outputs = outputs;
        int divisor = GreatestCommonDivisor(fromRate, toRate);
        From = fromRate / divisor;
        To = toRate / divisor;
        IsCopy = From == To;
        if (IsCopy)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(outputs, samples);
            Weights = device.Allocate<float>(new Shape(0));
            Starts = device.Allocate<int>(new Shape(0));
            return;
        }

        long weights = CountWeights(fromRate, toRate, outputs, options);
        if (weights > Resample.LargestTable || (long)samples + From + To > int.MaxValue)
        {
            throw new ArgumentException(
                $"from {fromRate} to {toRate} Hz takes {weights} weights for {outputs} samples, " +
                $"{Resample.LargestTable} are allowed: choose rates that have a larger common divisor, or shorter " +
                "clips");
        }

        Taps = TapsOf(fromRate, toRate, options);
        Phases = Math.Min(To, outputs);
        PaddedTaps = (Taps + TapBlock - 1) / TapBlock * TapBlock;
        double cutoff = options.Rolloff * Math.Min(From, To);
        int[] starts = new int[Phases];
        float[] table = new float[device.IsHost ? Phases * PaddedTaps : Phases * Taps];
        for (int phase = 0; phase < Phases; phase++)
        {
            starts[phase] = (int)(Math.Floor(((double)phase * From / To) - (options.Width * From / cutoff)) + 1);
            for (int k = 0; k < Taps; k++)
            {
                double t = (((double)(starts[phase] + k) / From) - ((double)phase / To)) * cutoff;
                table[device.IsHost ? (phase * PaddedTaps) + k : (k * Phases) + phase] =
                    (float)(cutoff / From * Sinc(t) * Window(t, options));
            }
        }

        Weights = device.Upload<float>(new Shape(table.Length), table);
        Starts = device.Upload<int>(new Shape(Phases), starts);
    }

    public ComputeDevice Device { get; }

    public int Samples { get; }

    public int Outputs { get; }

    /// <summary>P.</summary>
    public int From { get; }

    /// <summary>Q.</summary>
    public int To { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsCopy { get; }

    public int Taps { get; }

    public int PaddedTaps { get; }

    /// <summary>Phases that occur: Q, or fewer where there are fewer outputs.</summary>
    public int Phases { get; }

    /// <summary>Host: [phases, padded taps]; portable: [taps, phases].</summary>
    public Tensor<float> Weights { get; }

    /// <summary>s_j, [phases].</summary>
    public Tensor<int> Starts { get; }

    /// <summary>
    /// |i / P - j / Q| &lt; W / f holds for at most 2 W P / f whole numbers i, and one more for the fraction.
    /// </summary>
    public static int TapsOf(int fromRate, int toRate, ResampleOptions options)
    {
        double cutoff = options.Rolloff * Math.Min(fromRate, toRate);
        return checked((int)Math.Ceiling(2.0 * options.Width * fromRate / cutoff) + 1);
    }

    public static long CountWeights(int fromRate, int toRate, int outputs, ResampleOptions options) =>
        fromRate == toRate
            ? 0
            : (long)Math.Min(toRate / GreatestCommonDivisor(fromRate, toRate), outputs)
                * TapsOf(fromRate, toRate, options);

    private static double Sinc(double t) => t == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);

    private static double Window(double t, ResampleOptions options)
    {
        double place = t / options.Width;
        if (Math.Abs(place) >= 1)
        {
            return 0;
        }

        if (options.Window == ResampleWindow.Hann)
        {
            double cosine = Math.Cos(Math.PI * place / 2);
            return cosine * cosine;
        }

        return BesselI0(options.KaiserBeta * Math.Sqrt(1 - (place * place))) / BesselI0(options.KaiserBeta);
    }

    /// <summary>I_0(x) = sum_k ((x / 2)^k / k!)^2, to the last bit that counts.</summary>
    private static double BesselI0(double x)
    {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            term *= x / 2 / k * (x / 2 / k);
            sum += term;
        }

        return sum;
    }

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
