using NativeCnn.Model.Explanations;

namespace NativeCnn.Cli.Output;

/// <summary>What <c>explain</c> says of one number.</summary>
internal sealed record ExplanationRecord(
    string Name, double Value, int Outputs, ExplainedTermRecord[] Terms, double Sum, double SumInFloat32,
    double Gradient, double LossDifference, UpdateLineRecord[] Update, double? NewValue)
{
    public static ExplanationRecord Of(Explanation one) => new(
        one.Name, one.Value, one.Outputs,
        [.. one.Terms.Select(term => new ExplainedTermRecord(term.Output, term.Upstream, term.Factor, term.Product))],
        one.Sum, one.SumInFloat32, one.Gradient, one.LossDifference,
        [.. one.Update.Select(line => new UpdateLineRecord(line.Name, line.Formula, line.Value))], one.NewValue);
}
