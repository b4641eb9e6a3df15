namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>bench train</c>.</summary>
internal sealed record TrainBenchRecord(
    string Benchmark, int Batch, int Coefficients, int Frames, int Filters, int Taps, int Classes, string Device,
    int Workers, double MsPerStep, double SamplesPerSecond, double Gflops, long LaunchesPerStep, bool Graph);
