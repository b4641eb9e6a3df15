// Window functions, computed in double and stored as float.
//
// n = 0 .. length - 1; P is the period: the length (periodic) or the length less one (symmetric). a = 2 pi n / P,
// u = |2 n / P - 1| from the middle, 0, to the ends, 1:
//   sums of cosines     c_0 - c_1 cos a + c_2 cos 2a - c_3 cos 3a + c_4 cos 4a: Hann, Hamming, Blackman,
//                       Blackman-Harris, Nuttall, flat top; Povey is Hann^0.85
//   Bartlett 1 - u;  triangular 1 - u P / (P + 1), over P + 2 for even P;  cosine sin(pi (n + 1/2) / (P + 1))
//   Bohman (1 - u) cos(pi u) + sin(pi u) / pi;  Bartlett-Hann 0.62 - 0.24 u + 0.38 cos(pi u)
//   Kaiser I_0(beta sqrt(1 - u^2)) / I_0(beta);  Gaussian exp(-(u P / 2)^2 / (2 sigma^2))
//   Tukey 1 for u < 1 - s, else (1 + cos(pi (1 - (1 - u) / s))) / 2;  Parzen, with v = u P / (P + 1):
//   1 - 6 v^2 + 6 v^3 for u <= 1/2, else 2 (1 - v)^3
// Source: F. J. Harris, "On the Use of Windows for Harmonic Analysis with the DFT" (1978), with the numbers of
// scipy.signal.windows; A. H. Nuttall (1981); Povey from Kaldi.

using NativeCnn.Features.Options;

namespace NativeCnn.Features.Tables;

/// <summary>Builds the windows that frames are weighted with.</summary>
public static class Windows
{
    /// <summary>
    /// The window of these options, as long as the transform: a shorter one has zeros around it, or behind it where
    /// the frame is the window.
    /// </summary>
    /// <param name="options">The options; must validate.</param>
    /// <returns>[fft].</returns>
    /// <exception cref="ArgumentException">The options do not validate.</exception>
    public static float[] Create(FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        float[] window = Create(
            options.Window, options.EffectiveWindowLength, options.PeriodicWindow, options.WindowParameter);
        float[] frame = new float[options.FftSize];
        window.CopyTo(frame, (options.FrameLength - window.Length) / 2);
        return frame;
    }

    /// <summary>A window by itself.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="length">Samples, at least 1. A window of one sample is 1.</param>
    /// <param name="periodic">Whether the period is the length, or the length less one.</param>
    /// <param name="parameter">The number of a window that takes one; null for the usual.</param>
    /// <returns>[length].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1, or the kind is none of ours.</exception>
    public static float[] Create(WindowKind kind, int length, bool periodic = true, double? parameter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (length == 1)
        {
            return [1];
        }

        int period = periodic ? length : length - 1;
        float[] window = new float[length];
        for (int n = 0; n < length; n++)
        {
            window[n] = (float)Weight(kind, n, period, length, parameter);
        }

        return window;
    }

    /// <summary>Whether a window takes a number, and this one.</summary>
    internal static bool Takes(WindowKind kind, double parameter) => kind switch
    {
        WindowKind.Hamming or WindowKind.Blackman => double.IsFinite(parameter),
        WindowKind.Kaiser => parameter is >= 0 and <= 500,
        WindowKind.Gaussian => parameter > 0 && double.IsFinite(parameter),
        WindowKind.Tukey => parameter is >= 0 and <= 1,
        _ => false,
    };

    private static double Weight(WindowKind kind, int n, int period, int length, double? parameter)
    {
        double angle = Math.Tau * n / period;
        double u = Math.Abs((2.0 * n / period) - 1);
        double inner = u * period / (period + 1);
        double alpha = parameter ?? 0.54;
        double blackman = parameter ?? 0.42;
        return kind switch
        {
            WindowKind.Hann => Cosines(angle, 0.5, 0.5),
            WindowKind.Hamming => Cosines(angle, alpha, 1 - alpha),
            WindowKind.Povey => Math.Pow(Cosines(angle, 0.5, 0.5), 0.85),
            WindowKind.Blackman => Cosines(angle, blackman, 0.5, 0.5 - blackman),
            WindowKind.Rectangular => 1,
            WindowKind.Bartlett => 1 - u,
            WindowKind.Triangular => 1 - (u * period / (period + (period % 2 == 0 ? 2 : 1))),
            WindowKind.Cosine => Math.Sin(Math.PI * (n + 0.5) / (period + 1)),
            WindowKind.Bohman => Math.Max(0, ((1 - u) * Math.Cos(Math.PI * u)) + (Math.Sin(Math.PI * u) / Math.PI)),
            WindowKind.BlackmanHarris => Cosines(angle, 0.35875, 0.48829, 0.14128, 0.01168),
            WindowKind.Nuttall => Cosines(angle, 0.3635819, 0.4891775, 0.1365995, 0.0106411),
            WindowKind.FlatTop => Cosines(angle, 0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
            WindowKind.Parzen => u <= 0.5
                ? 1 - (6 * inner * inner) + (6 * inner * inner * inner)
                : 2 * Math.Pow(1 - inner, 3),
            WindowKind.BartlettHann => 0.62 - (0.24 * u) + (0.38 * Math.Cos(Math.PI * u)),
            WindowKind.Kaiser =>
                Bessel((parameter ?? 12) * Math.Sqrt(Math.Max(0, 1 - (u * u)))) / Bessel(parameter ?? 12),
            WindowKind.Gaussian => Math.Exp(-0.5 * Math.Pow(u * period / 2 / (parameter ?? (length / 6.0)), 2)),
            WindowKind.Tukey => Tukey(u, parameter ?? 0.5),
            _ => throw new ArgumentOutOfRangeException(
                nameof(kind), kind, "There is no such window: give a WindowKind."),
        };
    }

    private static double Cosines(double angle, params ReadOnlySpan<double> weights)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += (i % 2 == 0 ? weights[i] : -weights[i]) * Math.Cos(i * angle);
        }

        return sum;
    }

    private static double Tukey(double u, double share) =>
        u <= 1 - share ? 1 : 0.5 * (1 + Math.Cos(Math.PI * (1 - ((1 - u) / share))));

    /// <summary>I_0, the modified Bessel function, by its series: sum ((x / 2)^k / k!)^2.</summary>
    private static double Bessel(double x)
    {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            double factor = x / (2 * k);
            term *= factor * factor;
            sum += term;
        }

        return sum;
    }
}
