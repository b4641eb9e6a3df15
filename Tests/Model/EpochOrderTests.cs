// Which clips an epoch trains on.

using CsCheck;
using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Model;

public sealed class EpochOrderTests
{
    [Fact]
    public void BalancedSampling_OfAnyClasses_DrawsEachEquallyOftenAndEveryClipInTurn() =>
        Gen.Select(Gen.Int[0, 4].Array[1, 60], Gen.Long).Sample((classes, seed) =>
        {
            EpochOrder order = Order(classes, seed, Sampling.Balanced);
            int present = classes.Distinct().Count();
            int[] drawn = new int[classes.Length];
            for (int epoch = 0; epoch < 5; epoch++)
            {
                int[] rows = order.After(epoch);

                Assert.Equal(classes.Length, rows.Length);
                Assert.Equal(rows, Order(classes, seed, Sampling.Balanced).After(epoch));
                foreach (int label in classes.Distinct())
                {
                    int of = rows.Count(row => classes[row] == label);
                    Assert.InRange(of, classes.Length / present, (classes.Length + present - 1) / present);
                }

                Array.ForEach(rows, row => drawn[row]++);
            }

            // Of one class no clip comes again before all came.
            foreach (IGrouping<int, int> ofClass in Enumerable.Range(0, classes.Length).GroupBy(row => classes[row]))
            {
                Assert.InRange(ofClass.Max(row => drawn[row]) - ofClass.Min(row => drawn[row]), 0, 1);
            }
        });

    [Fact]
    public void ShuffledSampling_TakesEveryClipOnce()
    {
        EpochOrder order = Order([0, 0, 1, 0, 2], seed: 4, Sampling.Shuffled);

        Assert.Equal([0, 1, 2, 3, 4], order.After(3).Order());
        Assert.Equal(EpochOrder.OrderOf(3, 5, 4), order.After(3));
        Assert.Null(order.Note(row => $"{row}"));
    }

    [Fact]
    public void BalancedSampling_SaysHowOftenTheRarestComes()
    {
        int[] classes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

        Assert.Equal(
            "balanced sampling draws 5 clips of each class an epoch: the 1 of 'rare', the rarest, 5 times each, of " +
            "the 9 of 'many' 56 %",
            Order(classes, seed: 0, Sampling.Balanced).Note(row => classes[row] == 1 ? "rare" : "many"));
    }

    private static EpochOrder Order(int[] classes, long seed, Sampling sampling) =>
        new(new TrainingOptions { Seed = seed, Sampling = sampling }, classes);
}
