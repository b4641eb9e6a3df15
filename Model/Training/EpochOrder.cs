// Which rows an epoch trains on, and in which order: a function of seed, epoch and the rows' classes alone, so that a
// resumed run goes on as the unbroken one. Balanced sampling of N rows in K classes: after e epochs the class k has
// been drawn floor((e N + k) / K) times, which makes N draws an epoch and no class more than one draw ahead of another.
// The draws of a class go through all its rows in an order of each pass's own before any comes again.
using System.Globalization;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Training;

/// <summary>The orders of a training's epochs.</summary>
internal sealed class EpochOrder
{
    private readonly Sampling sampling;
    private readonly long seed;
    private readonly int rows;
    private readonly int[][] rowsOfClass;

    /// <summary>Knows the rows.</summary>
    /// <param name="options">Seed and sampling.</param>
    /// <param name="classes">The class of each row.</param>
    public EpochOrder(TrainingOptions options, IReadOnlyList<int> classes)
    {
        sampling = options.Sampling;
        seed = options.Seed;
        rows = classes.Count;
        rowsOfClass = sampling == Sampling.Shuffled ? []
            :
            [
                .. Enumerable.Range(0, rows).GroupBy(row => classes[row]).OrderBy(of => of.Key)
                    .Select(Enumerable.ToArray),
            ];
    }

    /// <summary>The rows of the epoch after so many.</summary>
    public int[] After(int epochs) => sampling == Sampling.Balanced
        ? Balanced(epochs)
        : OrderOf(epochs, rows, seed);

    /// <summary>The order of all rows in the epoch after so many, each once.</summary>
    public static int[] OrderOf(int epochs, int rows, long seed)
    {
        int[] order = [.. Enumerable.Range(0, rows)];

        // A stream of its own for every epoch, so that a resumed run shuffles as the uninterrupted one.
        var random = new SplitMix64(seed, epochs + 1);
        random.Shuffle<int>(order);
        return order;
    }

    /// <summary>What balanced sampling comes to, in one line; null where every clip comes once.</summary>
    /// <param name="nameOf">The name of a row's class.</param>
    public string? Note(Func<int, string> nameOf)
    {
        if (sampling == Sampling.Shuffled)
        {
            return null;
        }

        int[] rarest = rowsOfClass.MinBy(of => of.Length)!;
        int[] largest = rowsOfClass.MaxBy(of => of.Length)!;
        double draws = (double)rows / rowsOfClass.Length;
        string times = (draws / rarest.Length).ToString("0.#", CultureInfo.InvariantCulture);
        string share = Math.Min(1, draws / largest.Length).ToString("0 %", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture, $"balanced sampling draws {draws:0.#} clips of each class an epoch: the ") +
            $"{rarest.Length} of '{nameOf(rarest[0])}', the rarest, {times} times each, of the {largest.Length} of " +
            $"'{nameOf(largest[0])}' {share}";
    }

    private int[] Balanced(int epochs)
    {
        int[] order = new int[rows];
        int filled = 0;
        for (int k = 0; k < rowsOfClass.Length; k++)
        {
            int[]? pass = null;
            long end = DrawsOf(k, epochs + 1L);
            for (long draw = DrawsOf(k, epochs); draw < end; draw++)
            {
                int place = (int)(draw % rowsOfClass[k].Length);
                if (pass is null || place == 0)
                {
                    pass = PassOf(k, draw / rowsOfClass[k].Length);
                }

                order[filled++] = pass[place];
            }
        }

        var random = new SplitMix64(seed, epochs + 1);
        random.Shuffle<int>(order);
        return order;
    }

    private long DrawsOf(int k, long epochs) => ((epochs * rows) + k) / rowsOfClass.Length;

    // Keys below 0: those of epochs begin at 1.
    private int[] PassOf(int k, long pass)
    {
        int[] order = [.. rowsOfClass[k]];
        new SplitMix64(seed, -1 - k, pass).Shuffle<int>(order);
        return order;
    }
}
