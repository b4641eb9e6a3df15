// Where several processes compute one set, each reads and computes its share of the clips, and gives the others what it
// came to. A row does not depend on the rows beside it, so the set has the same bits as computed by one.
namespace NativeCnn.Model.FeatureSets;

/// <summary>This process's share of the clips of a set that all need.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Place">This process among them, from 0.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Gather">
/// Gives each the bytes of all, of any length, in the order of their places; all call it together.
/// </param>
internal sealed record ClipShare(int Place, int Count, Func<byte[], byte[][]> Gather)
{
    /// <summary>The clips [First, End) of a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="clips">Clips of the set.</param>
    public (int First, int End) Of(int place, int clips) => (FirstOf(place, clips), FirstOf(place + 1, clips));

    private int FirstOf(int place, int clips) => (int)((long)place * clips / Count);
}
