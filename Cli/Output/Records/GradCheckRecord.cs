using NativeCnn.Model.GradientChecks;

namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>gradcheck</c>.</summary>
internal sealed record GradCheckRecord(
    string Stage, string Tensor, int[] Shape, int Checked, int Kinks, string WorstPlace, double Gradient,
    double Difference, double RelativeError, double Allowed, bool Passed)
{
    public static GradCheckRecord Of(GradientCheckRow row) => new(
        row.Stage, row.Tensor, row.Shape.ToArray(), row.Checked, row.Kinks, row.Place, row.Gradient, row.Difference,
        row.RelativeError, row.Allowed, row.Passed);
}
