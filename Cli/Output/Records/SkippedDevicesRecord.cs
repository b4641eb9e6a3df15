using System.Text.Json.Serialization;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Cli.Output;

/// <summary>The last line of <c>devices</c>: what is not listed, and why.</summary>
internal sealed record SkippedDevicesRecord(
    [property: JsonPropertyName("left_out")] IReadOnlyList<SkippedDevice> Skipped);
