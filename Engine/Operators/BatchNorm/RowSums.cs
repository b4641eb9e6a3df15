using System.Runtime.Intrinsics;

namespace NativeCnn.Engine.Operators;

/// <summary>
/// Two numbers in float64 for each piece of each row of [B, C, T]: what whoever works on a clip finds out about it, to
/// be put together for whole channels. That is done in the order of clips and pieces, so it does not matter who wrote.
/// Rows are worked on where the convolution before them left them, in the cache of the core that has these clips; the
/// rows of one channel lie in all cores' caches.
/// </summary>
/// <param name="values">Room of <see cref="LengthOf"/>.</param>
/// <param name="channels">Channels C.</param>
/// <param name="rows">Pieces of a channel: those of the first clip, of the second, ...</param>
internal readonly unsafe struct RowSums(double* values, int channels, int rows)
{
    /// <summary>Channels that are put together at once.</summary>
    public const int Lanes = 8;

    private readonly long pitch = PitchOf(channels);

    /// <summary>Pieces of a channel.</summary>
    public int Rows { get; } = rows;

    /// <summary>Numbers of so many channels and pieces.</summary>
    public static long LengthOf(int channels, long rows) => 2 * PitchOf(channels) * rows;

    /// <summary>Keeps both numbers of a piece.</summary>
    public void Store(int row, int channel, double first, double second)
    {
        double* at = values + (row * pitch) + channel;
        at[0] = first;
        at[Rows * pitch] = second;
    }

    /// <summary>The first number of a piece of eight channels, from one that is a multiple of eight on.</summary>
    public Vector512<double> First(int row, int channel) => Vector512.Load(values + (row * pitch) + channel);

    /// <summary>The second number of a piece of eight channels.</summary>
    public Vector512<double> Second(int row, int channel) =>
        Vector512.Load(values + ((Rows + row) * pitch) + channel);

    /// <summary>Both sums of eight channels.</summary>
    public (Vector512<double> First, Vector512<double> Second) Totals(int channel)
    {
        Vector512<double> first = default;
        Vector512<double> second = default;
        for (int row = 0; row < Rows; row++)
        {
            first += First(row, channel);
            second += Second(row, channel);
        }

        return (first, second);
    }

    private static long PitchOf(int channels) => (channels + Lanes - 1L) / Lanes * Lanes;
}
