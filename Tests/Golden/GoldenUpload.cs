using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tests.Golden;

/// <summary>Tensors of golden files on a device.</summary>
internal static class GoldenUpload
{
    /// <summary>A tensor of the file, in its shape.</summary>
    public static Tensor<float> Upload(this ComputeDevice device, GoldenTensor<float> tensor) =>
        device.Upload<float>(new Shape(tensor.Shape), tensor.Values);
}
