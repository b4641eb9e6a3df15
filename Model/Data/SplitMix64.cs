// SplitMix64: 64 bits of state, one addition and two multiplications a number. It shuffles clips the same way on
// every machine and .NET version, which System.Random does not promise.
// Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014; constants of Vigna's splitmix64.c.

namespace NativeCnn.Model.Data;

internal struct SplitMix64(long seed)
{
    private ulong state = unchecked((ulong)seed);

    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    // Uniform in [0, bound): the high half of a 64 x 64 bit product. Its bias is below bound / 2^64.
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    // Fisher-Yates: every order equally likely.
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
