namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>bench infer</c>.</summary>
internal sealed record InferBenchRecord(
    string Benchmark, int Batch, int Coefficients, int Frames, int Filters, int Taps, int Classes, string Device,
    int Workers, double MsPerBatch, double SamplesPerSecond, double Gflops);
