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

/// <summary>The line of <c>features --json</c>.</summary>
internal sealed record FeaturesRecord(
    string File, int SampleRate, double Seconds, IReadOnlyList<int> Shape, string? Output,
    IReadOnlyList<RowRecord>? Rows);
