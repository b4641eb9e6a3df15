using NativeCnn.Engine.Devices;

namespace NativeCnn.Tests.Support;

/// <summary>Law of the host bodies: the number of workers, and running again, change no bit.</summary>
internal static class SameBits
{
    /// <summary>What <paramref name="run"/> gives is the same on devices cpu of 1, 2, 3 and 5 workers.</summary>
    public static void ForAnyNumberOfWorkers(Func<ComputeDevice, float[][]> run)
    {
        float[][] one = Run(1);
        foreach (int workers in (int[])[1, 2, 3, 5])
        {
            Assert.Equal(one, Run(workers));
        }

        float[][] Run(int workers)
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", workers);
            return run(device);
        }
    }
}
