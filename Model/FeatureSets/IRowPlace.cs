using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>
/// Where the rows of a set are kept, while they are made: row i is of the i-th clip, until <see cref="Close"/> leaves
/// out those that there are none of. Rows come from several threads, each row once.
/// </summary>
internal interface IRowPlace
{
    /// <summary>Whether <see cref="Take"/> may be called from any thread; else from the device's alone.</summary>
    bool TakesFromAnyThread => true;

    /// <summary>Takes rows that were computed.</summary>
    /// <param name="first">The first row; the others follow it.</param>
    /// <param name="rows">[rows, row length].</param>
    void Put(int first, Tensor<float> rows);

    /// <summary>Takes what packs have of neighbouring rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="found">Where each lies; null where no pack has it.</param>
    /// <param name="notes">[rows, notes]: those of the rows that were taken.</param>
    /// <param name="taken">Which were: not those that are damaged.</param>
    void Take(int first, ReadOnlySpan<PackRow?> found, Span<float> notes, Span<bool> taken);

    /// <summary>Is told where a row lies that was put here.</summary>
    void Written(int row, PackRow place)
    {
    }

    /// <summary>Where mini-batches come from.</summary>
    /// <param name="kept">The rows that there are, ascending.</param>
    /// <param name="labels">The label of each, [kept].</param>
    IBatchSource Close(int[] kept, Tensor<int> labels);
}
