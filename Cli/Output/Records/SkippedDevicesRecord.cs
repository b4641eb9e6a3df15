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

/// <summary>The last line of <c>devices</c>: what is not listed, and why.</summary>
internal sealed record SkippedDevicesRecord([property: JsonPropertyName("left_out")] IReadOnlyList<SkippedDevice> Skipped);
