namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>bench features</c>.</summary>
internal sealed record FeaturesBenchRecord(
    string Benchmark, int Batch, int SampleRate, int Fft, int Hop, int Mels, int Coefficients, string Device,
    int Workers, double MsPerBatch, double TimesRealTime);
