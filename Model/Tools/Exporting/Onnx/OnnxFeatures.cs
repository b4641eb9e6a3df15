// The feature chain as ONNX's operators, [batch, samples] to [batch, C, T]: FeatureExtractor, stage by stage.
//   frames, window, spectrum   one convolution of constant weights over the samples, a hop its stride: an STFT node is
//                              100 to 700 times slower in ONNX Runtime, and no CUDA kernel has it. Where a frame's mean
//                              is taken from it, or its energy is wanted, frames are gathered, and it is a product
//   power, mel                 squares of real and imaginary parts, and one product that adds both: bins that no band
//                              reads are not computed
//   logarithm, its limit       as FeaturePlan has them; the maximum is the clip's
//   wavelet, lifter, DCT       linear, so one product
//   energy, mean, deltas       as they are
// Tables are those of Features/Tables, in float64 where they are multiplied, rounded once.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Model.Exports;

namespace NativeCnn.Tools.Exporting.Onnx;

/// <summary>Writes a feature chain.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
internal sealed class OnnxFeatures
{
    // 256 MiB of weights: an fft of some 8,000 samples. Files of protocol buffers end at 2 GiB.
    private const long MostTransformWeights = 1L << 26;

    private readonly OnnxGraph onnx;
    private readonly FeatureOptions options;
    private readonly ComputeDevice device;
    private readonly OnnxLength samples;

    private OnnxFeatures(OnnxGraph onnx, FeatureOptions options, ComputeDevice device, OnnxLength samples)
    {
        this.onnx = onnx;
        this.options = options;
        this.device = device;
        this.samples = samples;
    }

    private bool IsConditioned => options.RemoveDc || options.UseEnergy;

    private bool IsDecibel => options.Log is LogScale.Decibel or LogScale.MagnitudeDecibel;

    /// <summary>Writes a chain.</summary>
    /// <param name="onnx">Where to.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="device">Where its tables are computed.</param>
    /// <param name="waveform">The clips, [batch, samples].</param>
    /// <param name="samples">Samples of a clip; null where they are free.</param>
    /// <returns>The features, [batch, rows, frames].</returns>
    /// <exception cref="ExportException">A setting cannot be written.</exception>
    public static string Write(
        OnnxGraph onnx, FeatureOptions options, ComputeDevice device, string waveform, int? samples)
    {
        OnnxLength length = samples is { } known
            ? OnnxLength.Of(onnx, known)
            : OnnxLength.Of(onnx, waveform, axis: 1);
        return new OnnxFeatures(onnx, options, device, length).Write(waveform);
    }

    private string Write(string waveform)
    {
        if (options.Kind == FeatureKind.Raw)
        {
            return Finished(onnx.Node("Unsqueeze", "samples", [waveform, onnx.Integers(1)]), samples);
        }

        ExpectRoom();
        (string frames, string? energy) = IsConditioned
            ? OnnxFrames.Write(onnx, options, waveform, samples)
            : ("", null);
        string spectrum = options.Kind == FeatureKind.WaveletCepstrum || options.Power == 1
            ? Spectrum(waveform, frames)
            : MelOfSquares(waveform, frames);
        string log = Log(spectrum);
        string rows = options.Kind == FeatureKind.LogMel ? log : Cepstrum(log);
        return Finished(energy is null ? rows : WithEnergy(rows, energy), OnnxFrames.Count(options, samples));
    }

    private void ExpectRoom()
    {
        long weights = 2L * options.Bins * options.FrameLength;
        if (weights > MostTransformWeights)
        {
            throw new ExportException(
                $"the features' fft_size {options.FftSize} cannot be written: as a convolution it takes " +
                $"{weights * sizeof(float) >> 20} MiB of weights, and " +
                $"{MostTransformWeights * sizeof(float) >> 20} are the most; train with a shorter one");
        }
    }

    /// <summary>
    /// The mel spectrum of magnitudes, [batch, bands, frames], or all bins, which a wavelet transform reads.
    /// </summary>
    private string Spectrum(string waveform, string frames)
    {
        bool isWavelet = options.Kind == FeatureKind.WaveletCepstrum;
        int[] bins = isWavelet ? [.. Enumerable.Range(0, options.Bins)] : UsedBins();
        string parts = Transformed(
            waveform, frames, [.. bins.Select(bin => (bin, false)), .. bins.Select(bin => (bin, true))]);
        string[] both = onnx.Split(parts, 1, bins.Length, bins.Length);
        string power = onnx.Node("Add", "power", [Square(both[0]), Square(both[1])]);
        power = options.Power == 1 ? onnx.Node("Sqrt", "magnitude", [power]) : power;
        return isWavelet
            ? power
            : onnx.Node("MatMul", "mel", [MelMatrix([.. bins.Select(bin => (bin, false))]), power]);
    }

    private string MelOfSquares(string waveform, string frames)
    {
        var transform = new FrameTransform(options, conditioned: false);
        (int Bin, bool Imaginary)[] rows =
        [
            .. UsedBins().SelectMany(bin => transform.IsReal(bin)
                ? new[] { (bin, false) }
                : [(bin, false), (bin, true)]),
        ];
        return onnx.Node("MatMul", "mel", [MelMatrix(rows), Square(Transformed(waveform, frames, rows))]);
    }

    private string Square(string x) => onnx.Node("Mul", "square", [x, x]);

    /// <summary>Bins that a band reads; one at least.</summary>
    private int[] UsedBins()
    {
        var bank = MelFilterbank.Create(options);
        float[] matrix = bank.Matrix.ToArray();
        int[] used =
        [
            .. Enumerable.Range(0, bank.Bins)
                .Where(bin => Enumerable.Range(0, bank.Bands).Any(band => matrix[(band * bank.Bins) + bin] != 0)),
        ];
        return used.Length > 0 ? used : [0];
    }

    /// <summary>[bands, rows]: the weight of each row's bin.</summary>
    private string MelMatrix((int Bin, bool Imaginary)[] rows)
    {
        var bank = MelFilterbank.Create(options);
        float[] weights = new float[bank.Bands * rows.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = bank.Matrix[(i / rows.Length * bank.Bins) + rows[i % rows.Length].Bin];
        }

        return onnx.Floats("mel.weight", [bank.Bands, rows.Length], weights);
    }

    /// <summary>Rows of the spectra of all frames, [batch, rows, frames].</summary>
    private string Transformed(string waveform, string frames, (int Bin, bool Imaginary)[] rows)
    {
        bool isWindowed = IsConditioned && options.UseEnergy && !options.RawEnergy;
        var transform = new FrameTransform(options, isWindowed);
        double[][] matrix = [.. rows.Select(row => transform.Row(row.Bin, row.Imaginary))];
        if (IsConditioned)
        {
            string weight = onnx.Floats(
                "spectrum.weight", [rows.Length, options.FrameLength],
                [.. matrix.SelectMany(row => row).Select(value => (float)value)]);
            return onnx.Node("MatMul", "spectrum", [weight, frames]);
        }

        (int first, int taps) = options.Center ? Support(matrix) : (0, options.FrameLength);
        float[] filters = [.. matrix.SelectMany(row => row.Skip(first).Take(taps)).Select(value => (float)value)];
        (string source, int before, int after) = OnnxFrames.Padded(onnx, options, waveform, samples);
        string signal = onnx.Node("Unsqueeze", "signal", [source, onnx.Integers(1)]);
        return onnx.Node(
            "Conv", "spectrum", [signal, onnx.Floats("spectrum.weight", [rows.Length, 1, taps], filters)],
            OnnxGraph.Ints("kernel_shape", taps), OnnxGraph.Ints("strides", options.HopLength),
            OnnxGraph.Ints("pads", before - Math.Min(before, first), Rest(first, taps, after)));

        // Where the clip is padded beforehand, its frames are whole.
        int Rest(int skipped, int length, int zeros) => zeros - Math.Min(zeros, options.FrameLength - skipped - length);
    }

    /// <summary>The taps that a row has, from the first on that is not 0 in all.</summary>
    private (int First, int Taps) Support(double[][] matrix)
    {
        if (options.PadMode != PadMode.Constant)
        {
            return (0, options.FrameLength);
        }

        bool[] used = new bool[options.FrameLength];
        foreach (double[] row in matrix)
        {
            for (int n = 0; n < row.Length; n++)
            {
                used[n] |= row[n] != 0;
            }
        }

        // No more than the padding gives.
        int pad = options.FramePad;
        int first = Math.Min(pad, Math.Max(0, Array.IndexOf(used, true)));
        int last = Math.Max(first, Array.LastIndexOf(used, true));
        return (first, Math.Max(last + 1 - first, options.FrameLength - first - pad));
    }

    private string Log(string spectrum)
    {
        // As FeaturePlan has it: below the least normal number nothing is told apart.
        const float LeastNormal = 1.17549435e-38f;
        (float offset, float floor) = options.Log == LogScale.Natural
            ? ((float)options.LogOffset, LeastNormal)
            : (0f, Math.Max((float)options.LogFloor, LeastNormal));
        double tenfold = options.Log == LogScale.MagnitudeDecibel ? 20 : 10;
        float factor = IsDecibel ? (float)(tenfold / Math.Log(10))
            : options.Log == LogScale.Log10 ? (float)(1 / Math.Log(10)) : 1f;
        float shift = IsDecibel
            ? (float)(-tenfold * Math.Log10(Math.Max(options.LogReference, options.LogFloor)))
            : 0f;
        string x = offset == 0 ? spectrum : onnx.Node("Add", "offset", [spectrum, onnx.Number(offset)]);
        x = onnx.Node("Log", "log", [onnx.Node("Max", "floored", [x, onnx.Number(floor)])]);
        x = factor == 1 ? x : onnx.Node("Mul", "log.scaled", [x, onnx.Number(factor)]);
        x = shift == 0 ? x : onnx.Node("Add", "log.shifted", [x, onnx.Number(shift)]);
        if (!IsDecibel || (options.TopDb is null && !options.ReferenceIsMaximum))
        {
            return x;
        }

        string maximum = onnx.Node("ReduceMax", "maximum", [x], OnnxGraph.Ints("axes", 1, 2));
        if (options.TopDb is { } range)
        {
            string least = onnx.Node("Sub", "least", [maximum, onnx.Number((float)range)]);
            x = onnx.Node("Max", "limited", [x, least]);
        }

        return options.ReferenceIsMaximum ? onnx.Node("Sub", "relative", [x, maximum]) : x;
    }

    /// <summary>The cosine transform, with the wavelet transform before it; [batch, coefficients, frames].</summary>
    private string Cepstrum(string log)
    {
        bool isWavelet = options.Kind == FeatureKind.WaveletCepstrum;
        float[] matrix = DctMatrix.Create(options);
        int columns = options.TransformLength;
        if (isWavelet)
        {
            matrix = Product(matrix, WaveletMatrix(), columns);
            columns = options.Bins;
        }

        int rows = options.Coefficients;
        if (options.UseEnergy)
        {
            int energy = options.FirstRow * columns;
            matrix = [.. matrix[..energy], .. matrix[(energy + columns)..]];
            rows--;
        }

        return rows == 0
            ? ""
            : onnx.Node("MatMul", "cepstrum", [onnx.Floats("cepstrum.weight", [rows, columns], matrix), log]);
    }

    /// <summary>[bins, coefficients]: the wavelet transform of each bin by itself.</summary>
    private float[] WaveletMatrix()
    {
        int bins = options.Bins;
        float[] units = new float[bins * bins];
        for (int bin = 0; bin < bins; bin++)
        {
            units[(bin * bins) + bin] = 1;
        }

        var wavelet = new WaveletTransform(
            device, bins, bins, Wavelet.Named(options.WaveletName), options.WaveletBorder, options.WaveletLevels);
        Tensor<float> coefficients = device.Allocate<float>(wavelet.Output);
        wavelet.Forward(device.Upload<float>(new Shape(bins, bins), units), coefficients);
        return coefficients.ToArray();
    }

    /// <summary>[rows, inner] times the transpose of [columns, inner].</summary>
    private static float[] Product(float[] a, float[] b, int inner)
    {
        (int rows, int columns) = (a.Length / inner, b.Length / inner);
        float[] product = new float[rows * columns];
        for (int i = 0; i < product.Length; i++)
        {
            double sum = 0;
            (int row, int column) = (i / columns * inner, i % columns * inner);
            for (int n = 0; n < inner; n++)
            {
                sum += (double)a[row + n] * b[column + n];
            }

            product[i] = (float)sum;
        }

        return product;
    }

    private string WithEnergy(string rows, string energy)
    {
        string[] order = options.FirstRowLast ? [rows, energy] : [energy, rows];
        return rows.Length == 0 ? energy : onnx.Node("Concat", "with_energy", order, OnnxGraph.Int("axis", 1));
    }

    private string Finished(string rows, OnnxLength frames)
    {
        if (options.SubtractMean)
        {
            string mean = onnx.Node("ReduceMean", "row_mean", [rows], OnnxGraph.Ints("axes", 2));
            rows = onnx.Node("Sub", "row_centred", [rows, mean]);
        }

        return options.Deltas == 0 ? rows : OnnxDeltas.Append(onnx, options, rows, frames);
    }
}
