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

/// <summary>
/// A line of <c>kernels list</c>; what a kernel takes is of the CUDA device asked for, else of sm_90.
/// </summary>
internal sealed record KernelRecord(
    string Name, string Operator, string? Ladder, int Rung, string Method, int? Registers, int? SharedBytes,
    int? LocalBytes, int? SpillBytes);
