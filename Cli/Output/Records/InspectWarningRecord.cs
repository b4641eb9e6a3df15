using NativeCnn.Model.Inspection;

namespace NativeCnn.Cli.Output;

/// <summary>A warning in <c>inspect --json</c>.</summary>
internal sealed record InspectWarningRecord(
    string Kind, string Place, string Text, int FirstEpoch, int LastEpoch, int Steps, int RecordedSteps)
{
    public static InspectWarningRecord Of(InspectionWarning one) => new(
        one.Kind, one.Place, one.Text, one.Epochs.First, one.Epochs.Last, one.Steps, one.Of);
}
