// The sets of labels that the clips of a data set have, where a clip may have several or none. Clips share few of them,
// so a clip names its set by a number, and what is needed of the sets lies on the device once (LabelSetTargets).
using NativeCnn.Engine.Operators;

namespace NativeCnn.Model.Data;

/// <summary>Sets of labels, each once.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class LabelSets
{
    private readonly int[][] sets;

    /// <summary>Takes sets.</summary>
    /// <param name="sets">Each ascending, with indices into the labels; at least one set.</param>
    /// <param name="labels">How many labels there are.</param>
    /// <param name="separator">What separates two labels in a cell.</param>
    /// <exception cref="ArgumentException">There is no set, or an index is none.</exception>
    public LabelSets(IEnumerable<IReadOnlyList<int>> sets, int labels, char separator)
    {
        ArgumentNullException.ThrowIfNull(sets);
        this.sets = [.. sets.Select(Enumerable.ToArray)];
        Labels = labels;
        Separator = separator;
        if (this.sets.Length == 0 || this.sets.Any(set => set.Any(label => (uint)label >= (uint)labels)))
        {
            throw new ArgumentException(
                $"sets of the labels 0 to {labels - 1} were expected, at least one", nameof(sets));
        }
    }

    /// <summary>How many sets there are.</summary>
    public int Count => sets.Length;

    /// <summary>How many labels there are.</summary>
    public int Labels { get; }

    /// <summary>What separates two labels in a cell of the list.</summary>
    public char Separator { get; }

    /// <summary>The labels of a set, ascending.</summary>
    public IReadOnlyList<int> this[int set] => sets[set];

    /// <summary>The sets as bits, [count, words], as <see cref="LabelSetTargets"/> takes them.</summary>
    public int[] ToBits()
    {
        int words = LabelSetTargets.WordsOf(Labels);
        int[] bits = new int[Count * words];
        for (int set = 0; set < Count; set++)
        {
            foreach (int label in sets[set])
            {
                bits[(set * words) + (label / 32)] |= 1 << (label % 32);
            }
        }

        return bits;
    }
}
