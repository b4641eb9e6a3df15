using NativeCnn.Model.Clusters;

namespace NativeCnn.Tests.Model.Clusters;

public sealed class ShardPlanTests
{
    public static TheoryData<int, int> ShardsAndProcesses
    {
        get
        {
            var all = new TheoryData<int, int>();
            foreach (int shards in new[] { 1, 2, 3, 7, 8, 12 })
            {
                for (int processes = 1; processes <= shards; processes++)
                {
                    all.Add(shards, processes);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(ShardsAndProcesses))]
    public void EveryShard_HasOneProcess_AndEveryProcessAShard(int shards, int processes)
    {
        var plan = new ShardPlan(shards, processes);

        int next = 0;
        for (int rank = 0; rank < processes; rank++)
        {
            (int first, int end) = plan.ShardsOf(rank);
            Assert.Equal(next, first);
            Assert.True(end > first);
            next = end;
        }

        Assert.Equal(shards, next);
    }

    [Theory]
    [InlineData(8, 64)]
    [InlineData(8, 3)]
    [InlineData(3, 10)]
    public void EveryRow_HasOneShard(int shards, int batch)
    {
        var plan = new ShardPlan(shards, 1);

        int[] rows =
        [
            .. Enumerable.Range(0, shards).Select(shard => plan.RowsOf(shard, batch)).SelectMany(
                one => Enumerable.Range(one.First, one.Count)),
        ];

        Assert.Equal(Enumerable.Range(0, batch), rows);
    }

    [Theory]
    [MemberData(nameof(ShardsAndProcesses))]
    public void TheOrderOfTheSum_IsThatOfOneProcess(int shards, int processes)
    {
        string expected = SumOf(shards, (a, b) => b - a == 1 ? new([$"{a}"]) : null);
        var plan = new ShardPlan(shards, processes);

        Dictionary<(int, int), List<string>> known = Enumerable.Range(0, processes).SelectMany(plan.SumsOf).ToDictionary(
            part => part,
            part => ShardPlan.Sum(
                part.First, part.End, (a, b) => b - a == 1 ? new List<string>([$"{a}"]) : null, Join));
        string got = SumOf(shards, (a, b) => known.GetValueOrDefault((a, b)));

        Assert.Equal(expected, got);
        Assert.True(Enumerable.Range(0, processes).All(rank => plan.SumsOf(rank).Count <= plan.MostSums));
    }

    private static string SumOf(int shards, Func<int, int, List<string>?> known) =>
        ShardPlan.Sum(0, shards, known, Join)[0];

    private static void Join(List<string> sum, List<string> term) => sum[0] = $"({sum[0]}+{term[0]})";
}
