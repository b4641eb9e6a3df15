namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>bench kernels</c>; the first two are the device's limits.</summary>
internal sealed record KernelBenchRecord(
    string Benchmark, string Shape, string Device, int Workers, int? Rung, bool Default, double Microseconds,
    double Gflops, double Gbps, double ShareOfPeak);
