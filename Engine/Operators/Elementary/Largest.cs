namespace NativeCnn.Engine.Operators;

/// <summary>Which of several values is the largest, for portable kernels.</summary>
internal static class Largest
{
    /// <summary>
    /// True where a value takes the place of the largest so far: above it, or NaN, which nothing but NaN replaces. By
    /// IsNaN, because comparisons with NaN come out true in the OpenCL code that ILGPU 1.5.3 writes.
    /// </summary>
    public static bool IsTakenBy(float value, float largest) =>
        float.IsNaN(value) || (value > largest && !float.IsNaN(largest));

    /// <summary>max(value, 0), and NaN stays NaN. IsNaN first: behind another comparison ILGPU 1.5.3 loses it.</summary>
    public static float Rectified(float value) => float.IsNaN(value) || value > 0f ? value : 0f;
}
