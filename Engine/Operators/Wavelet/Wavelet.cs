// Orthogonal wavelets by their filters. With the low-pass filter l of F taps, the high-pass filter is its mirror,
//   h[k] = (-1)^{k+1} l[F - 1 - k]
// The tables and their source: Engine/Generator/WaveletTables.cs.

namespace NativeCnn.Engine.Operators;

/// <summary>The decomposition filters of a wavelet.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class Wavelet
{
    private readonly float[] lowPass;
    private readonly float[] highPass;

    private Wavelet(string name, double[] taps)
    {
        Name = name;
        lowPass = Array.ConvertAll(taps, tap => (float)tap);
        highPass = new float[taps.Length];
        for (int k = 0; k < taps.Length; k++)
        {
            highPass[k] = (k % 2 == 0 ? -1 : 1) * lowPass[taps.Length - 1 - k];
        }
    }

    /// <summary>The names that <see cref="Named"/> knows: haar, db1 to db8, sym2 to sym8, coif1.</summary>
    public static IReadOnlyCollection<string> Names => WaveletTables.LowPass.Keys;

    /// <summary>PyWavelets' name.</summary>
    public string Name { get; }

    /// <summary>F, an even number.</summary>
    public int Taps => lowPass.Length;

    /// <summary>l, [F].</summary>
    public ReadOnlySpan<float> LowPass => lowPass;

    /// <summary>h, [F].</summary>
    public ReadOnlySpan<float> HighPass => highPass;

    /// <summary>The wavelet of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static Wavelet Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return WaveletTables.LowPass.TryGetValue(name, out double[]? taps)
            ? new Wavelet(name, taps)
            : throw new ArgumentException(
                $"there is no wavelet '{name}': give one of {string.Join(", ", Names)}", nameof(name));
    }
}
