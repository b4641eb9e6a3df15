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

/// <summary>The line of <c>bench features</c>.</summary>
internal sealed record FeaturesBenchRecord(
    string Benchmark, int Batch, int SampleRate, int Fft, int Hop, int Mels, int Coefficients, string Device,
    int Workers, double MsPerBatch, double TimesRealTime);
