using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Features;

namespace NativeCnn.Tools.Kernels;

/// <summary>The portable kernels of Engine and Features: all that a GPU ever runs here.</summary>
public static class ProductKernels
{
    private static readonly Lazy<IReadOnlyList<PortableKernel>> Found =
        new(() => KernelCatalog.Of(typeof(ComputeDevice).Assembly, typeof(FeatureExtractor).Assembly));

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<PortableKernel> All => Found.Value;
}
