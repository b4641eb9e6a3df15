using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The rung of an optimiser: 3, four parameters a thread, where all its buffers are read as Float4.</summary>
internal static class FlatRung
{
    /// <summary>True for rung 3, false for rung 1.</summary>
    public static bool InFloat4(ComputeDevice device, string ladder, params ReadOnlySpan<Tensor<float>> buffers)
    {
        if (device.IsHost)
        {
            return false;
        }

        bool can = true;
        foreach (Tensor<float> buffer in buffers)
        {
            can &= Float4.CanRead(buffer.View);
        }

        int highest = can ? 3 : 1;
        return device.Rungs.Choose(ladder, $"{buffers[0].Length} parameters", byDefault: highest, highest) == 3;
    }

    /// <summary>Threads that the rung has work for; what is left of the last four is done by the first of them.</summary>
    public static int Threads(bool inFloat4, int length) => inFloat4 ? (length + 3) / 4 : length;
}
