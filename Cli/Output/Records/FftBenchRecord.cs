namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>bench fft</c>; all transforms of a batch take the milliseconds.</summary>
internal sealed record FftBenchRecord(
    string Benchmark, int Length, int Batch, string Device, int Workers, double MsPerBatch, double Gflops);
