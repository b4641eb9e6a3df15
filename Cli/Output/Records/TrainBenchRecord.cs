using System.Text.Json;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Devices;
using NativeCnn.Model.Data;
using NativeCnn.Model.Data.Description;
using NativeCnn.Model.Metrics;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Sessions;
using NativeCnn.Model.Training;
using NativeCnn.Tools.Fetch;

namespace NativeCnn.Cli.Output;

/// <summary>The line of <c>bench train</c>.</summary>
internal sealed record TrainBenchRecord(
    string Benchmark, int Batch, int Coefficients, int Frames, int Filters, int Taps, int Classes, string Device,
    int Workers, double MsPerStep, double SamplesPerSecond, double Gflops, long LaunchesPerStep, bool Graph);
