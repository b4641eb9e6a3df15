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

/// <summary>One operator against a plain computation in double precision.</summary>
internal sealed record CheckRecord(string Operator, double LargestError, double Allowed, bool Passed);
