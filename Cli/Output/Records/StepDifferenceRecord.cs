using NativeCnn.Model.Capsules;

namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>step --replay</c>; a distance in ULPs is absent where a number is NaN.</summary>
internal sealed record StepDifferenceRecord(
    string Tensor, int[] Shape, int Differing, string Place, double Captured, double Replayed, long? Ulps)
{
    public static StepDifferenceRecord Of(StepDifference one) => new(
        one.Tensor, one.Shape, one.Differing, one.Place, one.Captured, one.Replayed,
        one.Ulps == long.MaxValue ? null : one.Ulps);
}
