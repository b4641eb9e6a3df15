using System.Diagnostics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tools.Profiling;

/// <summary>Measures what was counted, on the CUDA device of this machine.</summary>
internal static class MeasuredTime
{
    private const string Cuda = "cuda";
    private const int Batches = 7;
    private const int Calls = 20;
    private const double Seconds = 1;

    /// <summary>Median microseconds of a call over some batches, each waited for once.</summary>
    /// <exception cref="DeviceException">There is no CUDA device.</exception>
    public static double OfCall(CaseCall call, ProfileOptions options)
    {
        using ComputeDevice device = ComputeDevice.Open(Cuda, 0, options.Rungs, options.Precision);
        Action run = call.Plan(device, options.Rungs);
        run();
        device.Synchronize(); // Compiled, and its memory touched.
        double[] times = new double[Batches];
        for (int batch = 0; batch < Batches; batch++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Calls; i++)
            {
                run();
            }

            device.Synchronize();
            times[batch] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls;
        }

        Array.Sort(times);
        return times[Batches / 2];
    }

    /// <summary>Median microseconds of a training step, as one CUDA graph where the driver can.</summary>
    /// <exception cref="DeviceException">There is no CUDA device.</exception>
    public static double OfStep(NetworkWork work, ProfileOptions options)
    {
        using ComputeDevice device = ComputeDevice.Open(Cuda, 0, options.Rungs, options.Precision);
        return Throughput.Train(device, work, Seconds, GraphMode.Auto).Time.Milliseconds * 1e3;
    }
}
