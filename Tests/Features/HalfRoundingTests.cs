using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class HalfRoundingTests
{
    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void Values_RoundedToHalves_AreTheNearest(string selector)
    {
        ComputeDevice device = TestDevices.Get(selector);
        float[] scales = [1e-9f, 1e-6f, 1e-4f, 1e-2f, 1, 300, 4e4f];
        float[] values =
        [
            .. Randoms.Normal(3000, seed: 2).Select((value, i) => value * scales[i % scales.Length]),
            // Ties, ends of ranges, and what has no half.
            0f, -0f, 65504f, 65519.996f, 65520f, -65520f, 1e30f, float.PositiveInfinity, float.NegativeInfinity,
            float.NaN, 1 + (1f / 2048), 1 + (3f / 2048), MathF.ScaleB(1, -14), MathF.ScaleB(1, -24),
            MathF.ScaleB(1, -25), MathF.ScaleB(1.5f, -25), MathF.ScaleB(-3, -25), MathF.ScaleB(1, -14) * 0.99999f,
        ];
        Tensor<float> rounded = device.Upload<float>(new Shape(values.Length), values);

        HalfRounding.Apply(device, rounded);

        Assert.Equal(Array.ConvertAll(values, value => (float)(Half)value), rounded.ToArray());
    }
}
