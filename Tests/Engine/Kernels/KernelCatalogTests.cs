using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;

namespace NativeCnn.Tests.Engine.Devices;

/// <summary>What a device loads is in the catalogue of its assembly, and the other way round.</summary>
public class KernelCatalogTests
{
    [Fact]
    public void Kernel_ByItsShape_IsListedWithNameOperatorAndRung()
    {
        PortableKernel kernel = KernelCatalog.Of(typeof(SampleKernels).Assembly).Single(one =>
            one.Method.DeclaringType == typeof(SampleKernels));

        Assert.Equal("sample.copy-twice", kernel.Name);
        Assert.Equal("sample", kernel.Operator);
        Assert.Equal(3, kernel.Rung);
        Assert.Equal("SampleKernels.CopyTwiceKernel", kernel.MethodName);
    }

    [Theory]
    [InlineData("relu.forward", "ActivationKernels<Relu>.Forward")]
    [InlineData("tanh.backward", "ActivationKernels<Tanh>.Backward")]
    [InlineData("log-softmax.warp-forward", "SoftmaxRowKernels<LogSoftmaxForm>.WarpForward")]
    public void Kernel_OfAGenericClass_IsListedForEachStructThatItTakes(string name, string method)
    {
        PortableKernel kernel = KernelCatalog.Of(typeof(KernelCatalog).Assembly).Single(one => one.Name == name);

        Assert.Equal(method, kernel.MethodName);
    }

    [Fact]
    public void Load_OfAKernelTheCatalogueLists_Launches()
    {
        using ComputeDevice device = ComputeDevice.Open("simulator");
        device.Load<SampleKernels.Args>(SampleKernels.CopyTwiceKernel);
    }

    [Fact]
    public void Load_OfWhatNoCatalogueLists_IsRefused()
    {
        using ComputeDevice device = ComputeDevice.Open("simulator");
        Action<SampleKernels.Args>[] unlisted =
        [
            SampleKernels.PrivateOne, SampleKernels.Generic<int>, a => SampleKernels.CopyTwiceKernel(a),
        ];
        Assert.All(unlisted, body => Assert.Contains(
            "is no portable kernel", Assert.Throws<ArgumentException>(() => device.Load(body)).Message,
            StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => device.Load<int>(SampleKernels.WithoutViews));
    }

    internal static class SampleKernels
    {
        public static Action<Args> PrivateOne => Hidden;

        [Rung(3)]
        public static void CopyTwiceKernel(Args a) => a.Nested.To[0] = 2 * a.Count;

        public static void Generic<T>(Args a) => a.Nested.To[0] = Interop.SizeOf<int>();

        public static void WithoutViews(int count) => _ = count;

        private static void Hidden(Args a) => a.Nested.To[0] = 0;

        internal readonly struct Args(ArrayView<int> to, int count)
        {
            public readonly Views Nested = new(to);
            public readonly int Count = count;
        }

        internal readonly struct Views(ArrayView<int> to)
        {
            public readonly ArrayView<int> To = to;
        }
    }
}
