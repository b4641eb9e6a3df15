using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class WaveletTransformTests
{
    public static TheoryData<string, string> Wavelets => TestDevices.Times(Wavelet.Names);

    public static TheoryData<string> Names => [.. Wavelet.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Wavelet_Filters_AreOrthonormalAndShareNothing(string name)
    {
        var wavelet = Wavelet.Named(name);
        (float[] low, float[] high) = (wavelet.LowPass.ToArray(), wavelet.HighPass.ToArray());
        for (int shift = 0; shift < wavelet.Taps; shift += 2)
        {
            Assert.Equal(shift == 0 ? 1 : 0, Product(low, low, shift), 6);
            Assert.Equal(shift == 0 ? 1 : 0, Product(high, high, shift), 6);
            Assert.Equal(0, Product(low, high, shift), 6);
            Assert.Equal(0, Product(high, low, shift), 6);
        }

        Assert.Equal(Math.Sqrt(2), low.Sum(), 6);

        static double Product(float[] a, float[] b, int shift) =>
            Enumerable.Range(0, a.Length - shift).Sum(i => (double)a[i] * b[i + shift]);
    }

    /// <summary>
    /// Every wavelet, both borders, lengths below and above the filter's, even and odd, one to four levels.
    /// </summary>
    [Theory]
    [MemberData(nameof(Wavelets))]
    public void WaveletTransform_Forward_MatchesTheReference(string selector, string name)
    {
        ComputeDevice device = TestDevices.Get(selector);
        var wavelet = Wavelet.Named(name);
        foreach (WaveletBorder border in Enum.GetValues<WaveletBorder>())
        {
            foreach ((int length, int levels) in new[] { (1, 1), (2, 3), (5, 2), (16, 1), (37, 4), (64, 2), (129, 3) })
            {
                float[] values = Randoms.Normal(3 * length, seed: length);
                var transform = new WaveletTransform(device, 3, length, wavelet, border, levels);
                Tensor<float> coefficients = device.Allocate<float>(transform.Output);
                transform.Forward(device.Upload<float>(new Shape(3, length), values), coefficients);

                double[] expected =
                [
                    .. values.ToDouble().Chunk(length)
                        .SelectMany(row => ReferenceWavelet.Of(row, wavelet, border, levels)),
                ];
                Closeness.Close(
                    $"{name}, {border}, {length}", coefficients.ToArray().ToDouble(), expected, 1e-5,
                    transform.Output.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Wavelets))]
    public void WaveletTransform_Periodized_KeepsTheEnergy(string selector, string name)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] values = Randoms.Normal(64, seed: 4);
        var transform = new WaveletTransform(device, 1, 64, Wavelet.Named(name), WaveletBorder.Periodized, 2);
        Tensor<float> coefficients = device.Allocate<float>(transform.Output);
        transform.Forward(device.Upload<float>(new Shape(1, 64), values), coefficients);

        Assert.Equal(64, transform.Output[1]);
        Assert.Equal(1.0, coefficients.ToArray().Sum(c => (double)c * c) / values.Sum(v => (double)v * v), 5);
    }

    [Fact]
    public void WaveletTransform_OfWhatItCannotDo_SaysWhatToGive()
    {
        ComputeDevice device = TestDevices.Get("cpu");
        ArgumentException error = Assert.Throws<ArgumentException>(() => Wavelet.Named("db99"));
        Assert.Contains("sym4", error.Message, StringComparison.Ordinal);
        var haar = Wavelet.Named("haar");
        Assert.ThrowsAny<ArgumentException>(
            () => new WaveletTransform(device, 1, 0, haar, WaveletBorder.Symmetric, 1));
        Assert.ThrowsAny<ArgumentException>(
            () => new WaveletTransform(device, 1, 8, haar, WaveletBorder.Symmetric, 0));
        var transform = new WaveletTransform(device, 1, 8, haar, WaveletBorder.Symmetric, 1);
        Tensor<float> x = device.Allocate<float>(new Shape(1, 7));
        Assert.Throws<ArgumentException>(() => transform.Forward(x, x));
    }

    [Fact]
    public void WaveletKernel_ForAnNvidiaGpu_CompilesWithoutLocalMemory()
    {
        MethodInfo method = ((Action<WaveletKernels.Args>)WaveletKernels.Level).Method;
        using var context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, null!);

        var kernel = (PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(method), KernelSpecialization.Empty);

        Assert.DoesNotContain(".local", kernel.PTXAssembly, StringComparison.Ordinal);
    }
}
