// Laws of the tables behind the features: windows, mel triangles, cosine transforms, frames, and the options.

using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public class SpectralTableTests
{
    [Theory]
    [InlineData(WindowKind.Hann, true, new float[] { 0, 0.5f, 1, 0.5f })]
    [InlineData(WindowKind.Hann, false, new float[] { 0, 0.75f, 0.75f, 0 })]
    [InlineData(WindowKind.Hamming, true, new float[] { 0.08f, 0.54f, 1, 0.54f })]
    [InlineData(WindowKind.Blackman, true, new float[] { 0, 0.34f, 1, 0.34f })]
    [InlineData(WindowKind.Povey, false, new float[] { 0, 0.7830727f, 0.7830727f, 0 })]
    [InlineData(WindowKind.Rectangular, true, new float[] { 1, 1, 1, 1 })]
    public void Window_OfFourSamples_HasTheValuesOfItsFormula(WindowKind kind, bool periodic, float[] expected) =>
        Closeness.Close("window", Windows.Create(kind, 4, periodic), expected, 1e-6, 4);

    [Theory]
    [InlineData(8, 5, 1)]
    [InlineData(9, 4, 2)]
    public void Window_ShorterThanTheFrame_LiesInItsMiddle(int fftSize, int length, int before)
    {
        var options = new FeatureOptions { FftSize = fftSize, WindowLength = length, Window = WindowKind.Rectangular };

        float[] window = Windows.Create(options);

        Assert.Equal(Enumerable.Range(0, fftSize).Select(n => n >= before && n < before + length ? 1f : 0f), window);
    }

    [Fact]
    public void Window_OfOneSample_IsOne() => Assert.Equal([1f], Windows.Create(WindowKind.Hann, 1));

    [Theory]
    [InlineData(MelScale.Slaney, 1000, 15)]
    [InlineData(MelScale.Slaney, 6400, 42)]
    [InlineData(MelScale.Htk, 700, 781.1728)]
    [InlineData(MelScale.Htk, 0, 0)]
    public void Mel_OfAFrequency_IsItsFormulaAndComesBack(MelScale scale, double hertz, double mel)
    {
        Assert.Equal(mel, MelFilterbank.ToMel(hertz, scale), 3);
        Assert.Equal(hertz, MelFilterbank.ToHertz(MelFilterbank.ToMel(hertz, scale), scale), 9);
    }

    [Theory]
    [InlineData(22050)]
    [InlineData(8000)]
    [InlineData(1000)]
    public void MelFilterbank_SparseForm_IsTheMatrix(int sampleRate)
    {
        // Many bands over few bins: some have no bin of their own.
        var bank = MelFilterbank.Create(FeatureOptions.Librosa(sampleRate) with { FftSize = 512 });

        float[] matrix = new float[bank.Bands * bank.Bins];
        for (int m = 0; m < bank.Bands; m++)
        {
            ReadOnlySpan<float> band = bank.Weights[bank.Offsets[m]..bank.Offsets[m + 1]];
            band.CopyTo(matrix.AsSpan((m * bank.Bins) + bank.FirstBins[m]));
        }

        Assert.Equal(bank.Matrix, matrix);
        Assert.Equal(bank.Weights.Length, bank.Offsets[^1]);
    }

    [Theory]
    [InlineData(400, 16000, true)]
    [InlineData(401, 16000, false)]
    [InlineData(400, 11025, false)]
    public void MelFilterbank_OnBothGrids_IsTheSameOnlyForEvenLengthAndRate(int fftSize, int sampleRate, bool same)
    {
        FeatureOptions options = FeatureOptions.TorchAudio(sampleRate) with { FftSize = fftSize };
        var spread = MelFilterbank.Create(options);
        var exact = MelFilterbank.Create(options with { BinGrid = BinGrid.Fourier });

        Assert.Equal(same, spread.Matrix.SequenceEqual(exact.Matrix));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void DctMatrix_Orthonormal_IsARotation(int type)
    {
        const int Bands = 7;
        float[] d = DctMatrix.Create(Bands, Bands, DctNorm.Ortho, type);

        for (int i = 0; i < Bands; i++)
        {
            for (int j = 0; j < Bands; j++)
            {
                double product = Enumerable.Range(0, Bands).Sum(n => (double)d[(i * Bands) + n] * d[(j * Bands) + n]);
                Assert.Equal(i == j ? 1 : 0, product, 6);
            }
        }
    }

    // Type 1 is the example of scipy.fft.dct's documentation; types 2 and 3 are its formulas, summed by hand.
    [Theory]
    [InlineData(1, new double[] { 30, -8, 6, -2 })]
    [InlineData(2, new double[] { 44, -12.617288, 8.485281, -0.896683 })]
    [InlineData(3, new double[] { 24.268014, -19.252558, 13.110422, -2.125878 })]
    public void DctMatrix_WithoutNorm_IsScipys(int type, double[] expected)
    {
        double[] x = [4, 3, 5, 10];
        float[] d = DctMatrix.Create(4, 4, DctNorm.None, type);

        double[] y = [.. Enumerable.Range(0, 4).Select(k => Enumerable.Range(0, 4).Sum(n => d[(4 * k) + n] * x[n]))];

        Closeness.Close("dct", y, expected, 1e-4, 4);
    }

    [Fact]
    public void DctMatrix_WithLiftering_ScalesItsRows()
    {
        float[] plain = DctMatrix.Create(5, 8, DctNorm.Ortho);
        float[] lifted = DctMatrix.Create(5, 8, DctNorm.Ortho, lifter: 22);

        float[] expected =
            [.. plain.Select((x, i) => (float)(x * (1 + (11 * Math.Sin(Math.PI * ((i / 8) + 1) / 22)))))];
        Closeness.Close("lifted", lifted, expected, 1e-6, 5, 8);
    }

    [Theory]
    [InlineData(8000, 256, 80, true, 101)]
    [InlineData(8000, 256, 80, false, 97)]
    [InlineData(255, 256, 80, false, 0)]
    [InlineData(256, 256, 80, false, 1)]
    [InlineData(1, 256, 80, true, 1)]
    [InlineData(0, 256, 80, true, 0)]
    [InlineData(10, 5, 5, true, 2)]
    public void Frames_OfAClip_AreCountedAsTheReferencesDo(
        int samples, int fftSize, int hop, bool center, int expected) =>
        Assert.Equal(expected, Framing.Frames(samples, fftSize, hop, center));

    [Fact]
    public void SourceIndex_Reflected_TurnsAtTheEndSamplesAgainAndAgain()
    {
        int[] reflected = [.. Enumerable.Range(-5, 13).Select(at => Framing.SourceIndex(at, 3, PadMode.Reflect))];

        Assert.Equal([1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1], reflected);
        Assert.Equal(0, Framing.SourceIndex(-7, 1, PadMode.Reflect));
        Assert.Equal(-1, Framing.SourceIndex(3, 3, PadMode.Constant));
    }

    [Fact]
    public void SourceIndex_Symmetric_RepeatsTheEndSamples()
    {
        int[] mirrored = [.. Enumerable.Range(-5, 13).Select(at => Framing.SourceIndex(at, 3, PadMode.Symmetric))];

        Assert.Equal([1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1], mirrored);
        Assert.Equal(0, Framing.SourceIndex(4, 1, PadMode.Symmetric));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public void DeltaWeights_OfAParabola_AreItsDerivatives(int width)
    {
        // x = 2 + 3 j + 5 j^2 around j = 0.
        double[] x = [.. Enumerable.Range(-width / 2, width).Select(j => 2 + (3.0 * j) + (5.0 * j * j))];

        Assert.Equal(3, DeltaWeights.Create(width).Zip(x, (w, v) => w * v).Sum(), 4);
        Assert.Equal(10, DeltaWeights.Create(width, derivative: 2).Zip(x, (w, v) => w * v).Sum(), 4);
    }

    [Theory]
    [InlineData(FeatureKind.Mfcc, false, 0, 13)]
    [InlineData(FeatureKind.Mfcc, true, 2, 39)]
    [InlineData(FeatureKind.LogMel, true, 1, 48)]
    [InlineData(FeatureKind.LogMel, false, 1, 46)]
    public void Rows_OfTheOptions_CountEnergyAndDeltas(FeatureKind kind, bool energy, int deltas, int rows) =>
        Assert.Equal(
            rows, (FeatureOptions.Kaldi(16000) with { Kind = kind, UseEnergy = energy, Deltas = deltas }).Rows);

    [Theory]
    [InlineData(8000, 256, 80, 40)]
    [InlineData(16000, 512, 160, 40)]
    [InlineData(22050, 1024, 220, 40)]
    [InlineData(44100, 2048, 441, 40)]
    [InlineData(4000, 128, 40, 21)]
    [InlineData(1, 16, 1, 3)]
    public void MfccPreset_OfAnyRate_ScalesAndValidates(int sampleRate, int fftSize, int hop, int bands)
    {
        FeatureOptions options = FeatureOptions.Mfcc(sampleRate);

        options.Validate();
        Assert.Equal((fftSize, hop), (options.FftSize, options.HopLength));
        Assert.Equal((bands, bands), (options.MelBands, options.Rows));
    }

    [Fact]
    public void FeatureOptions_ThroughJson_ComeBackEqual()
    {
        FeatureOptions[] all =
        [
            new(), FeatureOptions.Librosa(16000), FeatureOptions.TorchAudio(8000), FeatureOptions.LogMel(44100),
            FeatureOptions.Kaldi(16000) with { SnipEdges = false, Deltas = 2, DeltaWidth = 7 },
            new() { TopDb = null, WindowLength = 400, Window = WindowKind.Povey, Log = LogScale.Natural, Lifter = 22 },
        ];

        Assert.All(all, options => Assert.Equal(options, FeatureOptions.FromJson(options.ToJson())));
        Assert.Contains("\"mel_scale\": \"htk\"", FeatureOptions.TorchAudio(8000).ToJson(), StringComparison.Ordinal);
        Assert.Equal(FeatureOptions.Librosa(8000), FeatureOptions.FromJson("{\"sample_rate\":8000}"));
    }

    [Theory]
    [InlineData("{\n\"window\": \"hanning\"}",
        "line 2: window must be one of hann, hamming, povey, blackman, rectangular, bartlett, triangular, cosine, " +
        "bohman, blackman_harris, nuttall, flat_top, parzen, bartlett_hann, kaiser, gaussian, tukey, not " +
        "\"hanning\": did you mean 'hamming'?")]
    [InlineData("{\"mel_scale\": 1}", "line 1: mel_scale must be one of slaney, htk, not 1")]
    [InlineData("{\"wavelet_border\": \"periodised\"}",
        "line 1: wavelet_border must be one of symmetric, periodized, not \"periodised\": did you mean 'periodized'?")]
    [InlineData("{\"fft_size\": 512.5}", "line 1: fft_size must be a whole number, not 512.5")]
    [InlineData("{\"fft_size\": 5120000000}",
        "line 1: fft_size must be a whole number from -2147483648 to 2147483647, not 5120000000")]
    [InlineData("{\"fft_size\": null}", "line 1: fft_size must be a whole number, not null")]
    [InlineData("{\"center\": \"yes\"}", "line 1: center must be true or false, not \"yes\"")]
    [InlineData("{\"max_frequency\": 1e999}", "line 1: max_frequency must be a number, not 1e999")]
    [InlineData("{\"fft_size\": 512,\n\"fft_size\": 256}",
        "line 2: the feature chain has the field 'fft_size' twice: leave one out")]
    [InlineData("{\n\n\"fft_size\": 1}",
        "line 3: fft_size: FftSize is 1: give samples, at least 2; a power of two is fastest.")]
    [InlineData("{\"power\": 3}", "line 1: power: Power is 3: ")]
    [InlineData("{\"coefficients\": 129}", "line 1: coefficients: Coefficients is 129: ")]
    [InlineData("{\"max_frequency\": 20000}", "line 1: max_frequency: MaxFrequency is 20000: ")]
    [InlineData("{\"min_frequency\": 11025}", "line 1: min_frequency: MinFrequency is 11025: ")]
    [InlineData("{\"window_length\": 4096}", "line 1: window_length: WindowLength is 4096: ")]
    [InlineData("{\"snip_edges\": false}", "line 1: snip_edges: SnipEdges is false and Center is true: ")]
    [InlineData("{\"deltas\": 3}", "line 1: deltas: Deltas is 3: ")]
    [InlineData("{\"deltas\": 1,\n\"delta_width\": 4}", "line 2: delta_width: DeltaWidth is 4: ")]
    [InlineData("{\"pre_emphasis\": 2}", "line 1: pre_emphasis: PreEmphasis is 2: ")]
    [InlineData("{\"wavelet_name\": \"db99\"}", "line 1: wavelet_name: WaveletName is 'db99': give one of ")]
    [InlineData("[", "line 1, character 2 is no JSON: look for a missing comma, quote or bracket there")]
    [InlineData("null", "line 1: the feature chain must be an object, not null")]
    [InlineData("{\"fft_size\": 512,}", "line 1, character 18 is no JSON: ")]
    public void FeatureOptions_ThatAreWrong_SayWhereWhatCameAndWhatToDo(string json, string told)
    {
        string message = Assert.Throws<ArgumentException>(() => FeatureOptions.FromJson(json)).Message;

        // A message that ends in ": " goes on with what the stage's own check says.
        Assert.StartsWith(told, message, StringComparison.Ordinal);
        Assert.True(message == told || told.EndsWith(' '), message);
    }

    [Fact]
    public void FeatureOptions_OfAnUnknownName_SayTheNearestAndAll()
    {
        string message = Assert.Throws<ArgumentException>(
            () => FeatureOptions.FromJson("{\n  \"hop_lenght\": 160\n}")).Message;

        Assert.StartsWith(
            "line 2: the feature chain has no field 'hop_lenght': did you mean 'hop_length'? its fields are kind, " +
            "sample_rate, fft_size, hop_length, sample_scale, ",
            message, StringComparison.Ordinal);
        Assert.EndsWith(", delta_border", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FeatureFile_ThatIsWrong_IsNamed()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Text("mine.json", "{\n  \"kind\": \"mel\"\n}");

        Assert.Equal(
            $"the feature file '{path}', line 2: kind must be one of mfcc, logmel, wavelet_cepstrum, raw, not \"mel\"",
            Assert.Throws<FeatureOptionsException>(() => FeaturePresets.Resolve(path, null, () => 8000)).Message);
    }
}
