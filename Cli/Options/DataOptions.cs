// The options that say how a data set is read, made anew for each command that reads one.
using System.CommandLine;
using NativeCnn.Model.Data;

namespace NativeCnn.Cli.Options;

/// <summary>The options of <see cref="DataSetOptions"/>.</summary>
internal sealed class DataOptions
{
    public Option<string?> PathColumn { get; } = CommonOptions.PathColumn();

    public Option<string?> LabelColumn { get; } = CommonOptions.LabelColumn();

    public Option<string?> Encoding { get; } = CommonOptions.Encoding();

    public Option<string> PartFolders { get; } = CommonOptions.PartFolders();

    public Option<bool> Strict { get; } = CommonOptions.Strict();

    public void AddTo(Command command)
    {
        command.Add(PathColumn);
        command.Add(LabelColumn);
        command.Add(Encoding);
        command.Add(PartFolders);
        command.Add(Strict);
    }

    public DataSetOptions Read(ParseResult parsed) => new()
    {
        PathColumn = parsed.GetValue(PathColumn),
        LabelColumn = parsed.GetValue(LabelColumn),
        Encoding = parsed.GetValue(Encoding),
        PartFolders = CommonOptions.ToPartFolders(parsed.GetValue(PartFolders)),
        Strict = parsed.GetValue(Strict),
    };
}
