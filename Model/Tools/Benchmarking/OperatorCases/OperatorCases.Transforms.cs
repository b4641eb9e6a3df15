// Transforms of rows of samples: Fourier, wavelets, other rates.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private static List<KernelCase> Transforms(CaseSizes sizes)
    {
        bool isSmall = sizes == CaseSizes.Small;
        int batch = Batch(sizes);
        (int rows, int length) = (batch * (isSmall ? 2 : 100), isSmall ? 64 : 512);
        List<KernelCase> cases =
        [
            Fft(rows, length, inverse: false), Fft(rows, length, inverse: true),
            WaveletOf(batch, isSmall ? 100 : 8000, "db4", levels: isSmall ? 2 : 5),
            isSmall ? ResampleOf(batch, 441, 160) : ResampleOf(batch, 44_100, 16_000),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            cases.Add(Fft(8192, 2048, inverse: false));
        }

        if (sizes >= CaseSizes.Large)
        {
            cases.Add(Fft(65_536, 512, inverse: false));
        }

        return cases;
    }

    /// <summary>2.5 N log2 N a row, half of a complex transform's usual count, whatever the algorithm.</summary>
    private static double OperationsOfFft(int length) => 2.5 * length * Math.Log2(length);

    private static KernelCase Fft(int rows, int length, bool inverse) => Case<RealFft>(
        inverse ? "real-fft.inverse" : "real-fft.forward", $"{rows} x {length}", rows * OperationsOfFft(length),
        (double)rows * ((2 * length) + 2),
        device =>
        {
            Tensor<float> x = Noise(device, new Shape(rows, length));
            Tensor<float> spectrum = Noise(device, new Shape(rows, (length / 2) + 1, 2));
            return () =>
            {
                var fft = new RealFft(device, rows, length);
                return inverse ? () => fft.Inverse(spectrum, x) : () => fft.Forward(x, spectrum);
            };
        },
        "real-fft") with
    {
        Formula = inverse ? null : new CaseFormula(1, (t, i) => FourierAt(length, t[0], i)),
        Work = inverse ? null : new VendorWork.Transform(rows, length),
        Resizing = new CaseResizing("ROWSxLENGTH", n => Fft(n[0], n[1], inverse)),
    };

    // X[k] = sum over n of x[n] exp(-2 pi i k n / N); re and im side by side.
    private static double FourierAt(int length, float[] x, int i)
    {
        int bins = (length / 2) + 1;
        (bool isImaginary, int k, int row) = (i % 2 == 1, i / 2 % bins, i / 2 / bins);
        double sum = 0;
        for (int n = 0; n < length; n++)
        {
            double angle = 2 * Math.PI * ((long)k * n % length) / length;
            sum += x[(row * length) + n] * (isImaginary ? -Math.Sin(angle) : Math.Cos(angle));
        }

        return sum;
    }

    // A multiplication and an addition for each tap of each coefficient, of both filters at every level.
    private static KernelCase WaveletOf(int rows, int length, string name, int levels)
    {
        Wavelet wavelet = Wavelet.Named(name);
        const WaveletBorder Border = WaveletBorder.Symmetric;
        int coefficients = WaveletTransform.CoefficientsOf(length, wavelet, Border, levels);
        long computed = 0;
        for (int level = 0, left = length; level < levels; level++)
        {
            int both = WaveletTransform.CoefficientsOf(left, wavelet, Border, 1);
            computed += both;
            left = both / 2;
        }

        return Case<WaveletTransform>(
            "wavelet", $"{rows} x {length}, {name}, {levels} levels", 2.0 * wavelet.Taps * rows * computed,
            (double)rows * (length + coefficients),
            device =>
            {
                Tensor<float> x = Noise(device, new Shape(rows, length));
                return () =>
                {
                    var transform = new WaveletTransform(device, rows, length, wavelet, Border, levels);
                    Tensor<float> y = Zeros(device, transform.Output);
                    return () => transform.Forward(x, y);
                };
            });
    }

    // A second of sound a row: a multiplication and an addition for each tap of each output.
    private static KernelCase ResampleOf(int rows, int from, int to) => Case<Resample>(
        "resample", $"{rows} x {from} to {to}", 2.0 * rows * to * Resample.TapsOf(from, to),
        (double)rows * (from + to),
        device =>
        {
            Tensor<float> x = Noise(device, new Shape(rows, from)), y = Zeros(device, new Shape(rows, to));
            return () =>
            {
                var resample = new Resample(device, from, from, to);
                return () => resample.Forward(x, y);
            };
        }) with
    { SoundSeconds = rows };
}
