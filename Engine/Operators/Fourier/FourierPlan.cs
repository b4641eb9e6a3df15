// How the transform of a real row of any length N is done, and its tables: computed in double, kept as float.
//   N even: P = N/2 points z_j = x_{2j} + i x_{2j+1}.    N odd: P = N points z_j = x_j.
//   P = 2^a 3^b 5^c, on the host times 7^d: one pass a factor. Any other P: Bluestein's chirp, a_j = exp(-pi i j^2 / P):
//     Z_k = a_k sum_j (a_j z_j) conj(a_{k-j}),    since 2 j k = j^2 + k^2 - (k - j)^2,
//   a convolution by transforms of L points, L the power of two from 2 P - 1.
// Source: L. I. Bluestein, "A linear filtering approach to the computation of the discrete Fourier transform" (1970).
using System.Numerics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>Sizes and tables of one real transform on one device.</summary>
internal sealed class FourierPlan
{
    /// <summary>Plans a transform.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="length">N, from 1 to <see cref="RealFft.LongestLength"/>.</param>
    public FourierPlan(ComputeDevice device, int length)
    {
        Length = length;
        Points = IsEven ? length / 2 : length;
        Roots = device.Upload<float>(new Shape(length, 2), FourierRoots.Create(length));
        bool passes = device.IsHost
            ? IsSmooth(Points, largest: 7)
            : IsSmooth(Points, largest: 5) && (IsPowerOfTwo || Points <= RealFftKernels.LongestShared / 2);
        if (!passes)
        {
            ChirpPoints = (int)BitOperations.RoundUpToPowerOf2((uint)((2 * Points) - 1));
            ChirpRoots = device.Upload<float>(new Shape(ChirpPoints, 2), FourierRoots.Create(ChirpPoints));
            Complex[] chirp = CreateChirp(Points);
            Chirp = device.Upload<float>(new Shape(Points, 2), Interleave(chirp));
            ChirpFilter = device.Upload<float>(
                new Shape(ChirpPoints, 2), Interleave(CreateFilter(chirp, ChirpPoints)));
        }

        if (device.IsHost)
        {
            // A chirp leaves its results in their natural order.
            int[] order = passes ? LaneOrder.Create(Points) : [.. Enumerable.Range(0, Points)];
            Order = device.Upload<int>(new Shape(Points), order);
            ChirpOrder = passes ? null : device.Upload<int>(new Shape(ChirpPoints), LaneOrder.Create(ChirpPoints));
        }
    }

    /// <summary>N.</summary>
    public int Length { get; }

    /// <summary>Whether pairs of samples are the points.</summary>
    public bool IsEven => Length % 2 == 0;

    /// <summary>Whether N is a power of two from 2.</summary>
    public bool IsPowerOfTwo => Length >= 2 && BitOperations.IsPow2(Length);

    /// <summary>P, complex points.</summary>
    public int Points { get; }

    /// <summary>floor(N/2) + 1.</summary>
    public int Bins => (Length / 2) + 1;

    /// <summary>L of the chirp; 0 where there is none.</summary>
    public int ChirpPoints { get; }

    /// <summary>exp(-2 pi i k / N), [N, 2].</summary>
    public Tensor<float> Roots { get; }

    /// <summary>exp(-2 pi i k / L), [L, 2].</summary>
    public Tensor<float>? ChirpRoots { get; }

    /// <summary>a, [P, 2].</summary>
    public Tensor<float>? Chirp { get; }

    /// <summary>The transform of conj(a), over L: [L, 2].</summary>
    public Tensor<float>? ChirpFilter { get; }

    /// <summary>On the host: where Z_k stands after <see cref="LaneFourier{TVector}"/>, [P].</summary>
    public Tensor<int>? Order { get; }

    /// <summary>The same for the transforms of the chirp, [L].</summary>
    public Tensor<int>? ChirpOrder { get; }

    /// <summary>Whether a number has no prime factor beyond the largest one given.</summary>
    private static bool IsSmooth(int number, int largest)
    {
        for (int factor = 2; factor <= largest; factor++)
        {
            while (number % factor == 0)
            {
                number /= factor;
            }
        }

        return number == 1;
    }

    private static Complex[] CreateChirp(int points)
    {
        var chirp = new Complex[points];
        for (int j = 0; j < points; j++)
        {
            // j^2 modulo 2 P in whole numbers: the angle keeps its precision.
            double turn = (double)((long)j * j % (2L * points)) / points;
            chirp[j] = new Complex(double.CosPi(turn), -double.SinPi(turn));
        }

        return chirp;
    }

    private static Complex[] CreateFilter(Complex[] chirp, int size)
    {
        var filter = new Complex[size];
        for (int j = 0; j < chirp.Length; j++)
        {
            filter[j] = Complex.Conjugate(chirp[j]) / size;
            filter[(size - j) % size] = filter[j];
        }

        return Transform(filter);
    }

    /// <summary>Radix 2, in double; used once a plan.</summary>
    private static Complex[] Transform(Complex[] x)
    {
        int half = x.Length / 2;
        if (half == 0)
        {
            return x;
        }

        Complex[] even = Transform([.. Enumerable.Range(0, half).Select(j => x[2 * j])]);
        Complex[] odd = Transform([.. Enumerable.Range(0, half).Select(j => x[(2 * j) + 1])]);
        var result = new Complex[x.Length];
        for (int k = 0; k < half; k++)
        {
            Complex turned = odd[k] * new Complex(double.CosPi((double)k / half), -double.SinPi((double)k / half));
            result[k] = even[k] + turned;
            result[k + half] = even[k] - turned;
        }

        return result;
    }

    private static float[] Interleave(Complex[] values) =>
        [.. values.SelectMany(value => new[] { (float)value.Real, (float)value.Imaginary })];
}
