namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>bench gemm</c>; the size is that of square matrices.</summary>
internal sealed record GemmBenchRecord(
    string Benchmark, int? Size, int Rows, int Inner, int Columns, bool TransposeA, bool TransposeB, string Device,
    int Workers, double MsPerProduct, double Gflops);
