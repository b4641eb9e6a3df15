using System.Numerics;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// How the rows of a softmax are given to threads; <c>SoftmaxKernels.cs</c> tells what each rung does.
/// </summary>
/// <param name="Rung">1 to 4.</param>
/// <param name="Lanes">Threads of a row: a power of two on rungs 3 and 4, the group on rung 2, else one.</param>
/// <param name="Threads">Threads of a group.</param>
internal readonly record struct RowPlan(int Rung, int Lanes, int Threads)
{
    /// <summary>Values of a row that a thread of rungs 3 and 4 holds.</summary>
    public const int ValuesOfThread = 4;

    /// <summary>The device's choice. By default:
    /// <code>
    /// row                                          rung
    /// up to 4 values a lane that can shuffle       4     (128 classes on CUDA)
    /// up to 4 values a thread of a group           3     (1,024 classes)
    /// longer                                       2
    /// any, on an OpenCL device that is a processor 1     for a barrier costs it as much as a row
    /// </code></summary>
    public static RowPlan Choose(ComputeDevice device, string ladder, int rows, int classes)
    {
        int threads = GroupSum.Threads(device);
        if (device.IsHost)
        {
            return new RowPlan(1, 1, threads);
        }

        int highest = classes <= ValuesOfThread * Math.Min(device.ShuffleWidth, threads) && device.ShuffleWidth > 1 ? 4
            : classes <= ValuesOfThread * threads ? 3
            : 2;
        bool isProcessor = device.Info is { Kind: DeviceKind.OpenCl, IsGpu: false };
        int rung = device.Rungs.Choose(ladder, $"{rows} x {classes}", isProcessor ? 1 : highest, highest);
        int lanes = rung switch
        {
            1 => 1,
            2 => threads,
            _ => (int)BitOperations.RoundUpToPowerOf2((uint)((classes + ValuesOfThread - 1) / ValuesOfThread)),
        };
        return new RowPlan(rung, lanes, threads);
    }

    /// <summary>Groups that hold so many rows, one at a time.</summary>
    public int Groups(int rows)
    {
        int rowsOfGroup = Threads / Lanes;
        return (rows + rowsOfGroup - 1) / rowsOfGroup;
    }
}
