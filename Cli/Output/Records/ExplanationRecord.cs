using NativeCnn.Model.Explanations;

namespace NativeCnn.Cli.Output;

/// <summary>What <c>explain</c> says of one number.</summary>
internal sealed record ExplanationRecord(
    string Name, double Value, FormulaLineRecord[] Forward, int Outputs, ExplainedTermRecord[] Terms, double? Sum,
    double? SumInFloat32, SummationOrderRecord? Order, double? Gradient, double? LossDifference,
    FormulaLineRecord[] Update, double? NewValue)
{
    public static ExplanationRecord Of(Explanation one) => new(
        one.Name, one.Value, FormulaLineRecord.Of(one.Forward), one.Outputs,
        [.. one.Terms.Select(term => new ExplainedTermRecord(term.Output, term.Upstream, term.Factor, term.Product))],
        one.Gradient is null ? null : one.Sum, one.Gradient is null ? null : one.SumInFloat32,
        one.Order is { } order
            ? new SummationOrderRecord(
                order.Reason, order.Tree, order.Sum, order.Sum is null ? null : order.Sum == one.Gradient)
            : null,
        one.Gradient, one.LossDifference, FormulaLineRecord.Of(one.Update), one.NewValue);
}
