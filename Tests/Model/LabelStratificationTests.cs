// Laws of splits of clips with several labels, over random data sets.

using CsCheck;
using NativeCnn.Model.Data;

namespace NativeCnn.Tests.Model;

public sealed class LabelStratificationTests
{
    private const int Labels = 5;

    private static readonly Gen<int[][]> Clips =
        Gen.Int[0, Labels - 1].Array[0, 3].Select(labels => labels.Distinct().Order().ToArray()).Array[4, 60];

    [Fact]
    public void Split_OfClipsWithSeveralLabels_TrainsOnEveryLabelAndIsTheSeeds() =>
        Gen.Select(Clips, Gen.Double[0.05, 0.95], Gen.Long).Sample((clips, fraction, seed) =>
        {
            bool[] validates = LabelStratification.Of(clips, Labels, fraction, seed);

            Assert.Equal(validates, LabelStratification.Of(clips, Labels, fraction, seed));
            foreach (int label in clips.SelectMany(one => one).Distinct())
            {
                Assert.Contains(
                    Enumerable.Range(0, clips.Length), clip => !validates[clip] && clips[clip].Contains(label));
            }
        });

    [Fact]
    public void Split_OfManyClips_GivesEachLabelItsShare()
    {
        // Label k is on every (k + 2)th clip: 900 of them with each other in all combinations.
        int[][] clips =
        [
            .. Enumerable.Range(0, 900).Select(clip =>
                Enumerable.Range(0, Labels).Where(label => clip % (label + 2) == 0).ToArray()),
        ];

        bool[] validates = LabelStratification.Of(clips, Labels, 0.2, seed: 1);

        Assert.InRange(validates.Count(one => one), 170, 190);
        for (int label = 0; label < Labels; label++)
        {
            int all = clips.Count(clip => clip.Contains(label));
            int held = clips.Where((clip, i) => validates[i] && clip.Contains(label)).Count();
            Assert.InRange(held, (0.2 * all) - 3, (0.2 * all) + 3);
        }
    }

    [Fact]
    public void DataSet_WithSeveralLabels_IsSplitByAllOfThem()
    {
        var sets = new LabelSets([[0], [1], [0, 1], []], 2, ';');
        ClipEntry[] entries =
        [
            .. Enumerable.Range(0, 40).Select(i => new ClipEntry(
                $"{i}", $"{i:00}", i % 4, "", null, null, new Dictionary<string, string> { ["group"] = $"{i / 10}" })),
        ];
        var data = new DataSet("here", ["a", "b"], entries) { LabelSets = sets };

        Split split = Splits.Of(data, 0.25, seed: 3);

        Assert.Equal(40, split.Train.Concat(split.Validation).Distinct().Count());
        Assert.InRange(split.Validation.Length, 9, 11);
        Assert.InRange(split.Validation.Count(i => data.LabelsOf(entries[i]).Contains(0)), 4, 6);
        Assert.Equal(4, Splits.LeaveOneGroupOut(data, GroupBy.Of(data, "group")).Count);
        Assert.Equal(10, Splits.Of(data, 0.25, seed: 3, "group").Validation.Length);
    }
}
