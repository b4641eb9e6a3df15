using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>A batch normalisation, and the ReLU that may follow it, over one row of a channel.</summary>
internal static unsafe class HostNormRelu
{
    /// <summary>to = max(x mapped, floor); to may be x.</summary>
    public static void Forward(float* x, int length, in ChannelMap map, float floor, float* to)
    {
        switch (HostSimd.LanesFor(length))
        {
            case 16:
                NormReluTiles<FloatVector512>.Forward(x, length, map, floor, to);
                break;
            case 8:
                NormReluTiles<FloatVector256>.Forward(x, length, map, floor, to);
                break;
            case 4:
                NormReluTiles<FloatVector128>.Forward(x, length, map, floor, to);
                break;
            default:
                for (int i = 0; i < length; i++)
                {
                    to[i] = MathF.Max(map.Of(x[i] - map.Mean), floor);
                }

                break;
        }
    }

    /// <summary>
    /// Adds the gradients where the mapped value is not below <paramref name="open"/>, and their products with x - mean.
    /// </summary>
    public static void AddGradients(
        float* x, int length, in ChannelMap map, float open, float* dY, ref double sum, ref double sumByDistance)
    {
        for (int first = 0; first < length; first += HostMoments.Block)
        {
            (float ofBlock, float byDistance) =
                SumsOf(x + first, Math.Min(HostMoments.Block, length - first), map, open, dY + first);
            sum += ofBlock;
            sumByDistance += byDistance;
        }
    }

    /// <summary>to = scale (g - centre - (x - mean) slope), g as <see cref="AddGradients"/> has it; to may be dY.</summary>
    public static void InputGradient(
        float* x, int length, in ChannelMap map, float open, float* dY, float centre, float slope, float* to)
    {
        switch (HostSimd.LanesFor(length))
        {
            case 16:
                NormReluTiles<FloatVector512>.InputGradient(x, length, map, open, dY, centre, slope, to);
                break;
            case 8:
                NormReluTiles<FloatVector256>.InputGradient(x, length, map, open, dY, centre, slope, to);
                break;
            case 4:
                NormReluTiles<FloatVector128>.InputGradient(x, length, map, open, dY, centre, slope, to);
                break;
            default:
                for (int i = 0; i < length; i++)
                {
                    float distance = x[i] - map.Mean;
                    float gradient = map.Of(distance) < open ? 0f : dY[i];
                    to[i] = map.Scale * (gradient - centre - (distance * slope));
                }

                break;
        }
    }

    private static (float Sum, float ByDistance) SumsOf(
        float* x, int length, in ChannelMap map, float open, float* dY)
    {
        switch (HostSimd.LanesFor(length))
        {
            case 16:
                return NormReluTiles<FloatVector512>.Sums(x, length, map, open, dY);
            case 8:
                return NormReluTiles<FloatVector256>.Sums(x, length, map, open, dY);
            case 4:
                return NormReluTiles<FloatVector128>.Sums(x, length, map, open, dY);
            default:
                float sum = 0;
                float byDistance = 0;
                for (int i = 0; i < length; i++)
                {
                    float distance = x[i] - map.Mean;
                    float gradient = map.Of(distance) < open ? 0f : dY[i];
                    sum += gradient;
                    byDistance += gradient * distance;
                }

                return (sum, byDistance);
        }
    }
}
