// What an access of a warp costs in memory. Global memory comes in sectors of 32 bytes, and a request takes each sector
// once that a lane asks for. Shared memory has 32 banks of 4 bytes; of 8 bytes a lane half a warp is served at a time,
// of 16 bytes a quarter, and of what is served at a time the words of one bank come one after another, but the same
// word for all at once (NVIDIA, CUDA C++ Programming Guide 12, "Compute Capability 5.x", shared memory).
namespace NativeCnn.Engine.Ptx.Counting;

/// <summary>Sectors and banks of one request.</summary>
internal static class PtxAccess
{
    /// <summary>Bytes of a sector of global memory.</summary>
    public const int SectorBytes = 32;

    private const int Banks = 32;
    private const int Word = 4;

    /// <summary>The sectors that hold what the lanes ask for.</summary>
    /// <param name="addresses">The first byte of each active lane; left in ascending order.</param>
    /// <param name="bytes">Bytes of a lane.</param>
    /// <returns>The sectors, and the fewest that as many different bytes would need.</returns>
    public static (int Sectors, int Ideal) Sectors(Span<long> addresses, int bytes)
    {
        Sort(addresses);
        long end = long.MinValue, lastSector = long.MinValue, different = 0;
        int sectors = 0;
        foreach (long at in addresses)
        {
            different += Math.Max(0, at + bytes - Math.Max(at, end));
            end = Math.Max(end, at + bytes);
            long first = Math.Max(at / SectorBytes, lastSector + 1);
            long last = (at + bytes - 1) / SectorBytes;
            if (last >= first)
            {
                sectors += (int)(last - first) + 1;
                lastSector = last;
            }
        }

        return (sectors, (int)((different + SectorBytes - 1) / SectorBytes));
    }

    /// <summary>The turns in which shared memory serves a warp.</summary>
    /// <param name="offsets">For each of 32 lanes the byte in shared memory that it asks for; -1 for none.</param>
    /// <param name="bytes">Bytes of a lane: 4, 8 or 16.</param>
    /// <returns>The turns, and as many without conflicts of banks.</returns>
    public static (int Turns, int Ideal) Turns(ReadOnlySpan<long> offsets, int bytes)
    {
        int lanes = PtxWarp.Lanes * Word / Math.Max(Word, bytes);
        int turns = 0, ideal = 0;
        Span<byte> ofBank = stackalloc byte[Banks];
        Span<long> words = stackalloc long[PtxWarp.Lanes];
        for (int first = 0; first < PtxWarp.Lanes; first += lanes)
        {
            int count = 0;
            ofBank.Clear();
            foreach (long offset in offsets.Slice(first, lanes))
            {
                for (int word = 0; offset >= 0 && word < bytes / Word; word++)
                {
                    long at = (offset / Word) + word;
                    if (!words[..count].Contains(at))
                    {
                        words[count++] = at;
                        ofBank[(int)(at % Banks)]++;
                    }
                }
            }

            int most = 0;
            foreach (byte one in ofBank)
            {
                most = Math.Max(most, one);
            }

            turns += most;
            ideal += most > 0 ? 1 : 0;
        }

        return (turns, ideal);
    }

    // Nearly always in order already.
    private static void Sort(Span<long> addresses)
    {
        for (int i = 1; i < addresses.Length; i++)
        {
            long one = addresses[i];
            int at = i;
            for (; at > 0 && addresses[at - 1] > one; at--)
            {
                addresses[at] = addresses[at - 1];
            }

            addresses[at] = one;
        }
    }
}
