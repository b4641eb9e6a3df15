using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>A batch normalisation, ReLU and max-pooling whose windows touch.</summary>
internal readonly unsafe struct PooledNormRow(BatchNormNumbers n, int window) : INormRow
{
    private readonly NormRow unpooled = new(n);

    /// <inheritdoc/>
    public int OutputLength { get; } = n.Length / window;

    /// <inheritdoc/>
    public void Forward(float* x, in ChannelMap map, float* y)
    {
        if (window == 1)
        {
            unpooled.Forward(x, map, y);
            return;
        }

        switch (HostSimd.LanesFor(OutputLength))
        {
            case 16:
                NormReluPoolTiles<FloatVector512>.Forward(window, x, OutputLength, map, y);
                break;
            case 8:
                NormReluPoolTiles<FloatVector256>.Forward(window, x, OutputLength, map, y);
                break;
            default:
                NormReluPoolTiles<FloatVector128>.Forward(window, x, OutputLength, map, y);
                break;
        }
    }

    /// <inheritdoc/>
    public void AddGradients(float* x, in ChannelMap map, float* dY, ref double sum, ref double sumByDistance)
    {
        if (window == 1)
        {
            unpooled.AddGradients(x, map, dY, ref sum, ref sumByDistance);
            return;
        }

        switch (HostSimd.LanesFor(OutputLength))
        {
            case 16:
                NormReluPoolTiles<FloatVector512>.AddGradients(
                    window, x, OutputLength, map, dY, ref sum, ref sumByDistance);
                break;
            case 8:
                NormReluPoolTiles<FloatVector256>.AddGradients(
                    window, x, OutputLength, map, dY, ref sum, ref sumByDistance);
                break;
            default:
                NormReluPoolTiles<FloatVector128>.AddGradients(
                    window, x, OutputLength, map, dY, ref sum, ref sumByDistance);
                break;
        }
    }

    /// <inheritdoc/>
    public void InputGradient(float* x, in ChannelMap map, float* dY, float centre, float slope, float* dX)
    {
        if (window == 1)
        {
            unpooled.InputGradient(x, map, dY, centre, slope, dX);
            return;
        }

        switch (HostSimd.LanesFor(OutputLength))
        {
            case 16:
                NormReluPoolTiles<FloatVector512>.InputGradient(
                    window, x, n.Length, OutputLength, map, dY, centre, slope, dX);
                break;
            case 8:
                NormReluPoolTiles<FloatVector256>.InputGradient(
                    window, x, n.Length, OutputLength, map, dY, centre, slope, dX);
                break;
            default:
                NormReluPoolTiles<FloatVector128>.InputGradient(
                    window, x, n.Length, OutputLength, map, dY, centre, slope, dX);
                break;
        }
    }
}
