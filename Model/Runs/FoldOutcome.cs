// What a fold came to, with what the report of all folds needs of it: where folds are jobs, others than its worker
// write that report.
using System.Text.Json;
using NativeCnn.Features.Json;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Metrics;

namespace NativeCnn.Model.Runs;

/// <summary>A fold that is done.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record FoldOutcome
{
    /// <summary>Its line of folds.json.</summary>
    public required FoldEntry Fold { get; init; }

    /// <summary>
    /// Its clips by true class (a list each) and predicted class after the last epoch; null where a clip may have
    /// several labels.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>>? Confusion { get; init; }

    /// <summary>A matrix as lists; null for none.</summary>
    public static IReadOnlyList<IReadOnlyList<int>>? CountsOf(ConfusionMatrix? matrix) => matrix is null
        ? null
        :
        [
            .. Enumerable.Range(0, matrix.Classes).Select(truth => (int[])
            [
                .. Enumerable.Range(0, matrix.Classes).Select(predicted => matrix[truth, predicted]),
            ]),
        ];

    /// <summary>The matrix; null for none.</summary>
    public ConfusionMatrix? ToConfusion()
    {
        if (Confusion is null)
        {
            return null;
        }

        var matrix = new ConfusionMatrix(Confusion.Count);
        for (int truth = 0; truth < Confusion.Count; truth++)
        {
            for (int predicted = 0; predicted < Confusion.Count; predicted++)
            {
                for (int clip = 0; clip < Confusion[truth][predicted]; clip++)
                {
                    matrix.Add(truth, predicted);
                }
            }
        }

        return matrix;
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    public void Save(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, StrictJson.Options));

    /// <summary>Reads a file.</summary>
    /// <exception cref="RunException">It cannot be read.</exception>
    public static FoldOutcome Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<FoldOutcome>(File.ReadAllText(path), StrictJson.Options)!;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new RunException($"what a fold came to cannot be read from '{path}': {error.Message}", error);
        }
    }
}
