// The wavelet transform on every device against PyWavelets, with every setting taken from the files.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Golden;

public sealed class WaveletGoldenTests
{
    public static TheoryData<string, string> Cases => TestDevices.TimesGolden("dwt-");

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void WaveletTransform_OfTheirSignal_IsTheirs(string selector, string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        var wavelet = Wavelet.Named(golden.Config.GetProperty("wavelet").GetString()!);
        WaveletBorder border = golden.Config.GetProperty("mode").GetString() switch
        {
            "symmetric" => WaveletBorder.Symmetric,
            "periodization" => WaveletBorder.Periodized,
            string other => throw new NotSupportedException($"mode {other}"),
            null => throw new NotSupportedException("no mode"),
        };
        string[] known = ["wavelet", "mode", "level", "signal", "seed"];
        string[] unknown = [.. golden.Config.EnumerateObject().Select(one => one.Name).Except(known)];
        Assert.True(unknown.Length == 0, $"settings that are not known: {string.Join(", ", unknown)}");
        int levels = golden.Config.GetProperty("level").GetInt32();
        ComputeDevice device = TestDevices.Get(selector);
        float[] signal = golden.Floats("signal").Values;

        // Another row stands before theirs, which must not be seen.
        var transform = new WaveletTransform(device, 2, signal.Length, wavelet, border, levels);
        Tensor<float> x = device.Upload<float>(
            new Shape(2, signal.Length), [.. Randoms.Normal(signal.Length, seed: 5), .. signal]);
        Tensor<float> coefficients = device.Allocate<float>(transform.Output);
        transform.Forward(x, coefficients);

        Closeness.Close(golden.Floats("dec_lo"), wavelet.LowPass, 1e-6);
        Closeness.Close(golden.Floats("dec_hi"), wavelet.HighPass, 1e-6);
        ReadOnlySpan<float> row = coefficients.ToArray().AsSpan(transform.Output[1]);
        string[] bands = [$"approx{levels}", .. Enumerable.Range(0, levels).Select(i => $"detail{levels - i}")];
        for (int i = 0; i < bands.Length; i++)
        {
            Closeness.Close(golden.Floats(bands[i]), row[..transform.Lengths[i]], 1e-4);
            row = row[transform.Lengths[i]..];
        }
    }
}
