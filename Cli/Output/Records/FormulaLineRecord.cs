using NativeCnn.Engine.Mathematics;

namespace NativeCnn.Cli.Output;

/// <summary>One line of a formula with its numbers put in.</summary>
internal sealed record FormulaLineRecord(string Name, string Formula, double Value)
{
    public static FormulaLineRecord[] Of(IEnumerable<FormulaLine> lines) =>
        [.. lines.Select(line => new FormulaLineRecord(line.Name, line.Formula, line.Value))];
}
