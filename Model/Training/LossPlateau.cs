// When a loss stands still, for the schedule "plateau": PyTorch's ReduceLROnPlateau with mode min and its relative
// threshold of 1e-4.
using System.Globalization;

namespace NativeCnn.Model.Training;

/// <summary>The validation losses so far, as far as the schedule asks. Immutable.</summary>
/// <param name="Least">The least loss; infinite before the first epoch.</param>
/// <param name="Waited">Epochs since without a better one.</param>
/// <param name="Reductions">How often these were too many.</param>
internal readonly record struct LossPlateau(double Least, int Waited, int Reductions)
{
    private const double Threshold = 1e-4;

    /// <summary>Before the first epoch.</summary>
    public static LossPlateau None { get; } = new(double.PositiveInfinity, 0, 0);

    /// <summary>After one more epoch.</summary>
    /// <param name="loss">Its validation loss.</param>
    /// <param name="schedule">The epochs that it waits for a better one.</param>
    public LossPlateau After(double loss, LearningRateSchedule schedule) =>
        loss < Least * (1 - Threshold) ? new(loss, 0, Reductions)
        : Waited + 1 > schedule.Period ? new(Least, 0, Reductions + 1)
        : this with { Waited = Waited + 1 };

    /// <summary>As text, for a checkpoint.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Least:R} {Waited} {Reductions}");

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is none.</summary>
    public static LossPlateau? Parse(string text)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 3 &&
            double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double least) &&
            int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int waited) &&
            int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int reductions)
                ? new LossPlateau(least, waited, reductions)
                : null;
    }
}
