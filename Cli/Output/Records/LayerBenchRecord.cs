namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>bench layers</c>; the first two are the device's limits.</summary>
internal sealed record LayerBenchRecord(
    string Benchmark, string Stage, string Pass, int Batch, string Device, int Workers, double Microseconds,
    double Gflops, double Gbps, double ShareOfLimit);
