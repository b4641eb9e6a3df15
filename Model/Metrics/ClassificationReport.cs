// What an evaluation says, as `nativecnn evaluate --json` prints it. For a class c of a confusion matrix M[truth,
// predicted]:
//   precision = M[c, c] / sum over t of M[t, c]        of what was called c, how much was
//   recall    = M[c, c] / sum over p of M[c, p]        of what was c, how much was called so
//   F1        = 2 M[c, c] / (row sum + column sum)     their harmonic mean
// Where a denominator is 0 the value is 0, as in scikit-learn's classification_report with zero_division=0. A class of
// which there is no clip is in no mean.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeCnn.Model.Metrics;

/// <summary>How well a network classifies a data set.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Clips">The number of clips.</param>
/// <param name="Accuracy">
/// The share classified correctly, in [0, 1]; where clips may have several labels, of those whose labels are all right.
/// </param>
/// <param name="Loss">The mean loss; null in JSON where it is not finite.</param>
/// <param name="Classes">A line a class, in the order of the labels.</param>
public sealed record ClassificationReport(
    int Clips,
    double Accuracy,
    [property: JsonConverter(typeof(NullForNonFinite))] double Loss,
    IReadOnlyList<ClassMetrics> Classes)
{
    /// <summary>Where clips may have several labels, the figures over all labels; null else.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MultiLabelFigures? MultiLabel { get; init; }

    /// <summary>The mean precision over the classes that have clips, each weighing the same.</summary>
    [JsonIgnore]
    public double MacroPrecision => MeanOf(metrics => metrics.Precision);

    /// <summary>The mean recall over the classes that have clips, each weighing the same.</summary>
    [JsonIgnore]
    public double MacroRecall => MeanOf(metrics => metrics.Recall);

    /// <summary>The mean F1 over the classes that have clips, each weighing the same.</summary>
    [JsonIgnore]
    public double MacroF1 => MeanOf(metrics => metrics.F1);

    /// <summary>How many classes have clips: what the means are over.</summary>
    [JsonIgnore]
    public int ClassesThere => Classes.Count(metrics => metrics.Support > 0);

    /// <summary>Draws up the report of a confusion matrix.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="labels">The class names, as many as the matrix has classes.</param>
    /// <param name="loss">The mean loss over the same clips.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">There are more or fewer labels than classes.</exception>
    public static ClassificationReport From(ConfusionMatrix matrix, IReadOnlyList<string> labels, double loss)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != matrix.Classes)
        {
            throw new ArgumentException($"Expected {matrix.Classes} labels; got {labels.Count}.", nameof(labels));
        }

        ClassMetrics[] classes = new ClassMetrics[labels.Count];
        for (int c = 0; c < classes.Length; c++)
        {
            int hits = matrix[c, c];
            int support = matrix.CountOfTruth(c);
            int predicted = matrix.CountOfPredicted(c);
            classes[c] = new ClassMetrics(
                labels[c], Ratio(hits, predicted), Ratio(hits, support), Ratio(2 * hits, support + predicted), support);
        }

        return new ClassificationReport(matrix.Total, matrix.Accuracy, loss, classes);
    }

    /// <summary>
    /// The report as one line: <c>{"clips":..,"accuracy":..,"loss":..,"classes":[{"label":..},..]}</c>.
    /// </summary>
    /// <returns>JSON without line breaks.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, MetricsJson.Default.ClassificationReport);

    private double MeanOf(Func<ClassMetrics, double> figure) =>
        Classes.Where(metrics => metrics.Support > 0).Select(figure).DefaultIfEmpty(0).Average();

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
