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

/// <summary>A line of <c>bench kernels</c>; the first two are the device's limits.</summary>
internal sealed record KernelBenchRecord(
    string Benchmark, string Shape, string Device, int Workers, int? Rung, bool Default, double Microseconds,
    double Gflops, double Gbps, double ShareOfPeak);
