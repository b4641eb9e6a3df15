// Laws of splits, over random data sets: nothing lost, nothing twice, no class and no group torn.

using CsCheck;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Data;

namespace NativeCnn.Tests.Model;

public sealed class SplitsTests
{
    // Clips as (label, group) pairs.
    private static readonly Gen<(int Label, int Group)[]> Clips =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 6]).Array[2, 80];

    private static readonly Gen<double> Fraction = Gen.Double[0.01, 0.99];

    [Fact]
    public void Split_StratifiedByLabel_KeepsEveryClassOnBothSides() =>
        Gen.Select(Clips, Fraction, Gen.Long).Where(x => HasPair(x.Item1)).Sample((clips, fraction, seed) =>
        {
            DataSet data = Make(clips);
            Split split = Splits.Stratified(data, fraction, seed);

            AssertPartition(data, split);
            foreach (IGrouping<int, int> ofLabel in Indices(data).GroupBy(i => data.Entries[i].LabelIndex))
            {
                int count = ofLabel.Count();
                int validated = ofLabel.Intersect(split.Validation).Count();
                int nearest = (int)Math.Round(fraction * count, MidpointRounding.AwayFromZero);
                Assert.Equal(count == 1 ? 0 : Math.Clamp(nearest, 1, count - 1), validated);
            }
        });

    [Fact]
    public void Split_ByGroups_IsNearestToTheFractionAndTearsNoGroup() =>
        Gen.Select(Clips, Fraction, Gen.Long).Sample((clips, fraction, seed) =>
        {
            // One class everywhere: only the sizes of the groups decide.
            DataSet data = Make([.. clips.Select(clip => (0, clip.Group))]);
            string[] groups = GroupBy.Of(data, "group");
            if (groups.Distinct().Count() < 2)
            {
                Assert.Throws<DataSetException>(() => Splits.Grouped(data, groups, fraction, seed));
                return;
            }

            Split split = Splits.Grouped(data, groups, fraction, seed);

            AssertPartition(data, split);
            Assert.Empty(split.Train.Select(i => groups[i]).Intersect(split.Validation.Select(i => groups[i])));
            double target = Math.Round(fraction * groups.Length, MidpointRounding.AwayFromZero);
            Assert.Equal(
                ProperSums([.. groups.CountBy(g => g).Select(g => g.Value)]).Min(sum => Math.Abs(sum - target)),
                Math.Abs(split.Validation.Length - target));
        });

    [Fact]
    public void Split_ByGroups_TrainsEveryClassItValidates() =>
        Gen.Select(Clips, Fraction, Gen.Long).Sample((clips, fraction, seed) =>
        {
            DataSet data = Make(clips);
            string[] groups = GroupBy.Of(data, "group");
            try
            {
                Split split = Splits.Grouped(data, groups, fraction, seed);
                Assert.Empty(Labels(split.Validation).Except(Labels(split.Train)));

                IEnumerable<string> Labels(int[] side) => side.Select(i => data.Entries[i].Label);
            }
            catch (DataSetException)
            {
                // Some small data sets have no such split; it is refused, not given.
            }
        });

    [Fact]
    public void LeaveOneGroupOut_ValidatesEveryClipOnce() =>
        Gen.Select(Clips, Gen.Long).Sample((clips, _) =>
        {
            DataSet data = Make([.. clips.Append((0, 0)).Append((0, 1))]);
            string[] groups = GroupBy.Of(data, "group");
            IReadOnlyList<GroupFold> folds = Splits.LeaveOneGroupOut(data, groups);

            Assert.Equal(groups.Distinct().Order(StringComparer.Ordinal), folds.Select(fold => fold.Group));
            Assert.Equal(Indices(data), folds.SelectMany(fold => fold.Split.Validation).Order());
            Assert.All(folds, fold => AssertPartition(data, fold.Split));
            Assert.All(folds, fold => Assert.All(fold.Split.Validation, i => Assert.Equal(fold.Group, groups[i])));
        });

    [Fact]
    public void Split_SameSeed_IsTheSameOnEveryMachine()
    {
        DataSet data = Make([.. Enumerable.Range(0, 20).Select(i => (i % 2, i % 5))]);

        // Computed in Python from SplitMix64 and Fisher-Yates; a change here changes everyone's validation set.
        Assert.Equal([0, 11, 18, 19], Splits.Stratified(data, 0.2, seed: 1).Validation);
        Assert.NotEqual(
            Splits.Stratified(data, 0.2, seed: 1).Validation, Splits.Stratified(data, 0.2, seed: 2).Validation);
    }

    [Fact]
    public void SplitMix64_Seed1234567_GivesTheKnownSequence()
    {
        SplitMix64 random = new(1234567);
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => random.Next()).ToArray());
    }

    [Fact]
    public void Split_ByGroups_ReachesEveryGroupAsTheSeedChanges()
    {
        DataSet data = Make([.. Enumerable.Range(0, 60).Select(i => (i % 2, i % 6))]);
        string[] groups = GroupBy.Of(data, "group");
        IEnumerable<string> held = Enumerable.Range(0, 100)
            .Select(seed => groups[Splits.Grouped(data, groups, 0.17, seed).Validation[0]]);
        Assert.Equal(6, held.Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Split_FractionOutsideZeroToOne_IsRefused(double fraction)
    {
        DataSet data = Make([(0, 0), (0, 1), (1, 0), (1, 1)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Splits.Of(data, fraction, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Splits.Of(data, fraction, 0, "group"));
    }

    [Fact]
    public void Split_GroupsThatAreTheClasses_AreRefused()
    {
        DataSet data = Make([(0, 0), (0, 0), (1, 1), (1, 1)]);
        string[] groups = GroupBy.Of(data, "group");
        Assert.Throws<DataSetException>(() => Splits.Grouped(data, groups, 0.5, 0));
        Assert.Throws<DataSetException>(() => Splits.LeaveOneGroupOut(data, groups));
    }

    [Fact]
    public void Split_DeclaredByTheCsv_IsHonoured()
    {
        SplitPart[] parts = [SplitPart.Train, SplitPart.Train, SplitPart.Validation, SplitPart.Test];
        DataSet data = Make([(0, 0), (1, 1), (0, 2), (1, 3)], i => parts[i]);
        Split split = Splits.Of(data, 0.2, 0);
        Assert.Equal([0, 1], split.Train);
        Assert.Equal([2], split.Validation);
        Assert.Equal([3], split.Test);
    }

    [Fact]
    public void Split_DeclaredWithoutValidation_TakesItFromTheTrainingClips()
    {
        DataSet data = Make(
            [.. Enumerable.Range(0, 30).Select(i => (i % 2, i % 6))], i => i < 20 ? SplitPart.Train : SplitPart.Test);
        foreach (string? groupBy in new[] { null, "index" })
        {
            Split split = Splits.Of(data, 0.25, 3, groupBy);
            AssertPartition(data, split);
            Assert.Equal(Enumerable.Range(20, 10), split.Test);
            Assert.InRange(split.Validation.Length, 4, 6);
        }

        Assert.Contains("two sides", Assert.Throws<DataSetException>(() => Splits.Of(data, 0.25, 3, "group")).Message,
            StringComparison.Ordinal);
    }

    // Whatever the data set says of itself, a grouping is never contradicted: it is refused, or no group is torn.
    [Fact]
    public void Split_ByGroups_NeverPutsAGroupOnTwoSides() =>
        Gen.Select(Clips, Fraction, Gen.Long, Gen.Int[0, 2].Array[80], Gen.Bool, Gen.Bool)
            .Sample((clips, fraction, seed, parts, published, redraw) =>
            {
                DataSet data = Make(clips, i => (SplitPart)parts[i]) with { PublishedParts = published };
                string[] groups = GroupBy.Of(data, "group");
                try
                {
                    Split split = Splits.Of(data, fraction, seed, "group", redraw);
                    AssertPartition(data, split);
                    int[][] sides = [split.Train, split.Validation, split.Test];
                    Assert.All(groups.Distinct(), group => Assert.Single(
                        sides, side => side.Any(i => groups[i] == group)));
                    Assert.True(split.Train.Length > 0 && split.Validation.Length > 0);
                }
                catch (DataSetException)
                {
                    // Refused, not given.
                }
            });

    [Fact]
    public void Split_Redrawn_KeepsTheTestClipsAndNothingElse() =>
        Gen.Select(Clips, Gen.Long, Gen.Int[0, 2].Array[80]).Sample((clips, seed, parts) =>
        {
            DataSet data = Make(clips, i => (SplitPart)parts[i]);
            int[] test = [.. Indices(data).Where(i => (SplitPart)parts[i] == SplitPart.Test)];
            if (!HasPair([.. clips.Where((_, i) => (SplitPart)parts[i] != SplitPart.Test)]))
            {
                Assert.Throws<DataSetException>(() => Splits.Of(data, 0.3, seed, redraw: true));
                return;
            }

            Split split = Splits.Of(data, 0.3, seed, redraw: true);
            AssertPartition(data, split);
            Assert.Equal(test, split.Test);
        });

    private static DataSet Make((int Label, int Group)[] clips, Func<int, SplitPart>? partOf = null) =>
        new("made.csv", ["a", "b", "c", "d", "e"], [.. clips.Select((clip, i) => new ClipEntry(
            $"{i}.wav",
            $"{i}.wav",
            clip.Label,
            "abcde"[clip.Label].ToString(),
            partOf?.Invoke(i),
            null,
            new Dictionary<string, string> { ["group"] = $"g{clip.Group}", ["index"] = $"{i}" }))]);

    private static bool HasPair((int Label, int Group)[] clips) => clips.CountBy(c => c.Label).Any(c => c.Value > 1);

    private static IEnumerable<int> Indices(DataSet data) => Enumerable.Range(0, data.Entries.Count);

    private static void AssertPartition(DataSet data, Split split) =>
        Assert.Equal(Indices(data), split.Train.Concat(split.Validation).Concat(split.Test).Order());

    // Every number of clips that some of the groups, but not all, add up to.
    private static IEnumerable<int> ProperSums(int[] sizes) =>
        Enumerable.Range(1, (1 << sizes.Length) - 2)
            .Select(set => sizes.Where((_, g) => (set >> g & 1) != 0).Sum());
}
