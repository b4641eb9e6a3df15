namespace NativeCnn.Tests.Support;

/// <summary>Damaged files for tests of readers.</summary>
internal static class Damage
{
    // What counts and sizes may claim.
    private static readonly uint[] Telling =
        [0, 1, 3, 7, 0x7F, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF7, 0xFFFFFFFF];

    /// <summary>A file with one to four bytes, bits or words changed, put in or taken out, or cut off.</summary>
    /// <param name="file">The file as it should be.</param>
    /// <param name="random">Determines everything.</param>
    /// <param name="head">Bytes of its head, where most formats say the most.</param>
    /// <param name="inHead">The share of changes in the head, from 0 to 1.</param>
    /// <param name="shortest">Bytes that are never cut off.</param>
    /// <param name="cuts">The share of changes that cut the file off, from 0 to 1.</param>
    public static byte[] Of(
        byte[] file, Random random, int head, double inHead = 0.75, int shortest = 4, double cuts = 1 / 6.0)
    {
        var bytes = new List<byte>(file);
        for (int times = random.Next(1, 5); times > 0 && bytes.Count > shortest; times--)
        {
            int at = random.Next(random.NextDouble() < inHead ? Math.Min(bytes.Count, head) : bytes.Count);
            if (random.NextDouble() < cuts)
            {
                int end = Math.Max(at, shortest);
                bytes.RemoveRange(end, bytes.Count - end);
                continue;
            }

            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.InsertRange(at, new byte[random.Next(1, 9)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                default:
                    byte[] value = BitConverter.GetBytes(Telling[random.Next(Telling.Length)]);
                    for (int i = 0; i < value.Length && at + i < bytes.Count; i++)
                    {
                        bytes[at + i] = value[i];
                    }

                    break;
            }
        }

        return [.. bytes];
    }
}
