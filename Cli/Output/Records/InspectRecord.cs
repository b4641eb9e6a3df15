using NativeCnn.Model.Formats;
using NativeCnn.Model.Inspection;

namespace NativeCnn.Cli.Output;

/// <summary>The last line of <c>inspect --json</c>, after those of the recorded steps.</summary>
internal sealed record InspectRecord(
    IReadOnlyDictionary<string, TensorSummary> Weights, FiltersRecord? Filters, InspectWarningRecord[] Warnings)
{
    public static InspectRecord Of(
        SafeTensorsFile? weights, FirstFilters? filters, IReadOnlyList<InspectionWarning> warnings) => new(
        (weights?.Tensors ?? new Dictionary<string, SafeTensor>())
            .Where(one => one.Value.Type == SafeTensorType.F32)
            .ToDictionary(one => one.Key, one => TensorSummary.Of(one.Value.AsFloat32())),
        filters is null ? null : FiltersRecord.Of(filters), [.. warnings.Select(InspectWarningRecord.Of)]);
}
