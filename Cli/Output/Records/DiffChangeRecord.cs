using System.CommandLine;
using System.Text.Json;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Runs;
using NativeCnn.Tools.Differences;
using NativeCnn.Tools.Pictures;

namespace NativeCnn.Cli.Output;

/// <summary>A setting that explains a difference.</summary>
internal sealed record DiffChangeRecord(string Setting, JsonElement Ours, JsonElement Theirs)
{
    public static DiffChangeRecord Of(SettingChange change) => new(
        change.Setting, JsonElement.Parse(change.Ours), JsonElement.Parse(change.Theirs));
}
