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

/// <summary>A line of <c>devices</c>.</summary>
internal sealed record DeviceRecord(
    string Device, string Name, long MemoryBytes, int MaxGroupSize, long MaxSharedMemoryBytes, int Multiprocessors,
    bool IsGpu, SelfTestRecord? SelfTest);
