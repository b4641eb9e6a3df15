namespace NativeCnn.Model.Inspection;

/// <summary>What is odd about recorded steps.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Kind">What it is, such as <c>dead_relu</c>.</param>
/// <param name="Place">The layers or the parameter.</param>
/// <param name="Text">The warning in words, with the number and the threshold, of the last step that has it.</param>
/// <param name="Epochs">The first and the last epoch that has it.</param>
/// <param name="Steps">Recorded steps that have it.</param>
/// <param name="Of">Recorded steps.</param>
public sealed record InspectionWarning(
    string Kind, string Place, string Text, (int First, int Last) Epochs, int Steps, int Of)
{
    /// <summary>The whole of it in one line.</summary>
    public string Sentence => $"{Place}: {Text} ({Steps} of {Of} recorded steps, " + (Epochs.First == Epochs.Last
        ? $"epoch {Epochs.First})"
        : $"epochs {Epochs.First} to {Epochs.Last})");
}
