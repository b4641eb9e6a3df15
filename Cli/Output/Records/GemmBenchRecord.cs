namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>bench gemm</c>.</summary>
internal sealed record GemmBenchRecord(
    string Benchmark, int Size, string Device, int Workers, double MsPerProduct, double Gflops);
