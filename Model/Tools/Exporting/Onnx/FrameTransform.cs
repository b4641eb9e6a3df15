// What brings the samples of a frame to its spectrum, as a matrix: pre-emphasis, window and discrete Fourier transform
// are linear, so that one product does all three,
//   X[k] = sum_n w[n] (x[n] - c x[max(0, n - 1)]) exp(-2 pi i k n / N)
// a row for the real and one for the imaginary part of each bin. In float64, rounded once.
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Rows of the transform of a frame.</summary>
internal sealed class FrameTransform
{
    private readonly FeatureOptions options;
    private readonly double[] window;
    private readonly double emphasis;

    /// <summary>Plans the transform of some options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="conditioned">Whether frames come with pre-emphasis and window.</param>
    public FrameTransform(FeatureOptions options, bool conditioned)
    {
        this.options = options;
        window = Array.ConvertAll(WindowOf(options)[..options.FrameLength], weight => conditioned ? 1.0 : weight);
        emphasis = conditioned ? 0 : (float)options.PreEmphasis;
    }

    /// <summary>The window of a frame times the scale of samples, [fft], as the chain has it.</summary>
    public static float[] WindowOf(FeatureOptions options) =>
        Array.ConvertAll(Windows.Create(options), weight => (float)(weight * options.SampleScale));

    /// <summary>Whether a bin's imaginary part is 0 whatever the samples.</summary>
    public bool IsReal(int bin) => bin == 0 || 2 * bin == options.FftSize;

    /// <summary>A row: the real part of a bin, or its imaginary part, of the samples of a frame.</summary>
    public double[] Row(int bin, bool imaginary)
    {
        double[] row = new double[window.Length];
        for (int n = 0; n < row.Length; n++)
        {
            double angle = Math.Tau * ((long)bin * n % options.FftSize) / options.FftSize;
            double weight = window[n] * (imaginary ? -Math.Sin(angle) : Math.Cos(angle));
            row[n] += weight;
            row[Math.Max(0, n - 1)] -= emphasis * weight;
        }

        return imaginary && IsReal(bin) ? new double[row.Length] : row;
    }
}
