// The maximum of float32 values in which a NaN wins, as PyTorch and IEEE 754-2019 "maximum" have it, for portable
// kernels. By IsNaN, because comparisons with NaN come out true in the OpenCL code that ILGPU 1.5.3 writes; and IsNaN
// stands first, for behind another comparison ILGPU 1.5.3 loses it.

namespace NativeCnn.Engine.Mathematics;

/// <summary>Which of several values is the largest, for portable kernels.</summary>
internal static class MaximumOrNaN
{
    /// <summary>
    /// True where a value takes the place of the largest so far: above it, or NaN, which nothing but NaN replaces.
    /// </summary>
    public static bool IsTakenBy(float value, float largest) =>
        float.IsNaN(value) || (value > largest && !float.IsNaN(largest));

    /// <summary>max(value, 0), and NaN stays NaN.</summary>
    public static float Rectified(float value) => float.IsNaN(value) || value > 0f ? value : 0f;

    /// <summary>
    /// True where ReLU lets a gradient through, by its output: above 0. NaN lets it through, as in PyTorch, so that no
    /// gradient of a NaN is a 0 that looks like a number.
    /// </summary>
    public static bool IsOpen(float output) => float.IsNaN(output) || output > 0f;
}
