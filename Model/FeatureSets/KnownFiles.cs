// Which content a file had when it was read last: a run on the same files opens none of them. Kept in the cache as rows
// of eight values, whose bits are two numbers of 128: the key of the clip, and the hash of its bytes alone.
using System.Runtime.InteropServices;
using NativeCnn.Model.Caching;

namespace NativeCnn.Model.FeatureSets;

/// <summary>The keys of files that were read before.</summary>
internal static class KnownFiles
{
    private const string Settings = "content of files, by path, length and times";

    private static readonly PackLayout Layout = new(Values: 8);

    /// <summary>Opens what a cache knows of files.</summary>
    public static CacheShelf OpenIn(FeatureCache cache) => cache.Open(Settings, Layout);

    /// <summary>What is known of a clip: its key, and the hash of its bytes; 0 where it is not known.</summary>
    public static (UInt128 Key, UInt128 Content) Find(CacheShelf shelf, UInt128 fileKey)
    {
        Span<float> values = stackalloc float[Layout.Values];
        if (!shelf.TryRead(fileKey, values, []))
        {
            return default;
        }

        Span<UInt128> numbers = MemoryMarshal.Cast<float, UInt128>(values);
        return (numbers[0], numbers[1]);
    }

    /// <summary>Keeps what was learnt of files.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="shelf">What it knew.</param>
    /// <param name="fileKeys">What identifies each file; 0 for one that is not to be kept.</param>
    /// <param name="keys">The key of its content; 0 for one that has none.</param>
    /// <param name="contentOf">The hash of its bytes alone; 0 for none.</param>
    public static void Keep(
        FeatureCache cache, CacheShelf shelf, UInt128[] fileKeys, UInt128[] keys, Func<int, UInt128> contentOf)
    {
        int[] learnt =
        [
            .. Enumerable.Range(0, keys.Length)
                .Where(i => fileKeys[i] != 0 && keys[i] != 0 && shelf.Find(fileKeys[i]) is null),
        ];
        UInt128[] values = [.. learnt.SelectMany(i => (UInt128[])[keys[i], contentOf(i)])];
        cache.Keep(
            Settings, Layout, Array.ConvertAll(learnt, i => fileKeys[i]),
            MemoryMarshal.Cast<UInt128, float>(values));
    }
}
