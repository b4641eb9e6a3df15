// Sound to features, the whole chain. Operations a frame, N samples in a transform, F weights in the filterbank:
//   N window + 2.5 N log2 N transform + 3 (N/2 + 1) power + 2 F mel + 2 bands logarithm + 2 bands coefficients cosines
// Bytes: clips and features.
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private static List<KernelCase> FeatureChains(CaseSizes sizes)
    {
        const int Rate = 8000;
        int batch = Batch(sizes);
        FeatureOptions mfcc = FeatureOptions.Mfcc(Rate);
        List<KernelCase> cases = [Chain("mfcc", mfcc, batch, sizes == CaseSizes.Small ? Rate / 20 : Rate, "mfcc")];
        if (sizes >= CaseSizes.Usual)
        {
            cases.AddRange(
            [
                Chain("log-mel", FeatureOptions.LogMel(16_000), batch, 16_000),
                Chain("mfcc.librosa", FeatureOptions.Librosa(22_050), batch, 10 * 22_050),
            ]);
        }

        if (sizes >= CaseSizes.Large)
        {
            cases.Add(Chain("mfcc", mfcc, 512, Rate, "mfcc"));
        }

        return cases;
    }

    private static KernelCase Chain(string name, FeatureOptions o, int clips, int samples, string? ladder = null)
    {
        double frames = (double)clips * o.Frames(samples);
        double cosines = o.Kind == FeatureKind.Mfcc ? 2.0 * o.MelBands * o.Coefficients : 0;
        double operations = o.FftSize + OperationsOfFft(o.FftSize) + (3.0 * o.Bins) +
            (2.0 * MelFilterbank.Create(o).Weights.Length) + (2.0 * o.MelBands) + cosines;
        return Case<FeatureExtractor>(
            name, $"{clips} x {samples}, fft {o.FftSize}", frames * operations,
            ((double)clips * samples) + (frames * o.Rows),
            device =>
            {
                Tensor<float> sound = Noise(device, new Shape(clips, samples));
                return () =>
                {
                    var extractor = new FeatureExtractor(device, o, clips, samples);
                    Tensor<float> features = Zeros(device, extractor.Output);
                    return () => extractor.Extract(sound, features);
                };
            },
            ladder) with
        {
            SoundSeconds = (double)clips * samples / o.SampleRate,
            Small = () => Chain(name, o, 2, o.SampleRate / 10, ladder),
        };
    }
}
