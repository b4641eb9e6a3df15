using System.Text.Json;
using NativeCnn.Tools.Differences;

namespace NativeCnn.Cli.Output;

/// <summary>A setting that explains a difference.</summary>
internal sealed record DiffChangeRecord(string Setting, JsonElement Ours, JsonElement Theirs)
{
    public static DiffChangeRecord Of(SettingChange change) => new(
        change.Setting, JsonElement.Parse(change.Ours), JsonElement.Parse(change.Theirs));
}
