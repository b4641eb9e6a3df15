using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// By shuffles, no barrier: lanes of one warp, where <c>ComputeDevice.ShuffleWidth</c> allows as many.
/// </summary>
internal readonly struct WarpLanes : IRowLanes
{
    /// <summary>For the kernels that meet so.</summary>
    public const string WhyNotOnOpenCl = "ILGPU writes shuffles for some vendors' OpenCL alone";

    public float Sum(ArrayView<float> shared, int lane, int lanes, float value)
    {
        float sum = value;
        for (int half = lanes / 2; half > 0; half /= 2)
        {
            sum += Warp.ShuffleXor(sum, half);
        }

        return sum;
    }

    public float Max(ArrayView<float> shared, int lane, int lanes, float value)
    {
        float max = value;
        for (int half = lanes / 2; half > 0; half /= 2)
        {
            float other = Warp.ShuffleXor(max, half);
            max = other > max ? other : max;
        }

        return max;
    }
}
