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

/// <summary>The line of <c>evaluate</c>.</summary>
internal sealed record EvaluationRecord(
    int Clips, double Accuracy, double Loss, IReadOnlyList<ClassMetrics> Classes, IReadOnlyList<SkippedClip> Skipped);
