// Operations a frame, N samples in a transform, F weights in the filterbank:
//   N window + 2.5 N log2 N transform + 3 (N/2 + 1) power + 2 F mel + 2 bands logarithm + 2 bands coefficients cosines
// Bytes, numbers of 4: clips + features
using BenchmarkDotNet.Attributes;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Benchmarks;

/// <summary>Sound to features: the whole chain.</summary>
public class FeatureExtractorBenchmarks : OperatorBenchmarks
{
    private FeatureExtractor extractor = null!;
    private Tensor<float> clips = null!, features = null!;

    /// <summary>The default chain at 8 and 16 kHz, log mel, and librosa's chain over long clips.</summary>
    public static IEnumerable<Case<FeatureWork>> Cases =>
    [
        Of("MFCC 8 kHz", FeatureOptions.Mfcc(8000), batch: 64, seconds: 1),
        Of("MFCC 8 kHz", FeatureOptions.Mfcc(8000), batch: 32, seconds: 1),
        Of("MFCC 16 kHz", FeatureOptions.Mfcc(16000), batch: 64, seconds: 1),
        Of("log mel 16 kHz", FeatureOptions.LogMel(16000), batch: 64, seconds: 1),
        Of("librosa MFCC 22.05 kHz", FeatureOptions.Librosa(22050), batch: 64, seconds: 10),
    ];

    /// <summary>The chain and the clips.</summary>
    [ParamsSource(nameof(Cases))]
    public Case<FeatureWork> Case { get; set; } = null!;

    /// <inheritdoc/>
    public override Work WorkOf(string benchmark)
    {
        FeatureWork work = Case.Shape;
        FeatureOptions o = work.Options;
        int frames = o.Frames(work.Samples);
        double cosines = o.Kind == FeatureKind.Mfcc ? 2.0 * o.MelBands * o.Coefficients : 0;
        double operations = o.FftSize + RealFftBenchmarks.Operations(o.FftSize) + (3.0 * o.Bins) +
            (2.0 * MelFilterbank.Create(o).Weights.Length) + (2.0 * o.MelBands) + cosines;
        long numbers = work.Batch * ((long)work.Samples + (o.Rows * frames));
        return new Work(
            operations * work.Batch * frames, 4.0 * numbers, (double)work.Batch * work.Samples / o.SampleRate);
    }

    /// <summary>Features of all clips.</summary>
    [Benchmark]
    public void Extract()
    {
        extractor.Extract(clips, features);
        Finish();
    }

    /// <inheritdoc/>
    protected override void Plan()
    {
        FeatureWork work = Case.Shape;
        extractor = new FeatureExtractor(Device, work.Options, work.Batch, work.Samples);
        clips = Noise(new Shape(work.Batch, work.Samples));
        features = Zeros(extractor.Output);
    }

    private static Case<FeatureWork> Of(string name, FeatureOptions options, int batch, int seconds) => new(
        $"{name}, {batch} x {seconds} s", new FeatureWork(options, batch, seconds * options.SampleRate));
}

/// <summary>A chain and the clips that go through it.</summary>
/// <param name="Options">The settings of the chain.</param>
/// <param name="Batch">Clips of a call.</param>
/// <param name="Samples">Samples of a clip.</param>
public sealed record FeatureWork(FeatureOptions Options, int Batch, int Samples);
