using System.Text.Json;
using NativeCnn.Cli.Commands;
using NativeCnn.Features.Json;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Sweeps;

namespace NativeCnn.Tests.Model.Sweeps;

/// <summary>SPEC.toml: the jobs that it stands for, and what is refused.</summary>
public sealed class SweepSpecTests
{
    [Fact]
    public void Grid_IsEveryCombination_TheLastListChangingFirst()
    {
        SweepPlan plan = Parse(
            """
            [base]
            epochs = 3
            [grid]
            learning_rate = [0.001, 0.01]
            model = ["article", "deep"]
            """);

        Assert.Equal(
            ["learning-rate 0.001 model article", "learning-rate 0.001 model deep", "learning-rate 0.01 model article",
                "learning-rate 0.01 model deep"],
            Texts(plan));
        Assert.Equal(["epochs 3"], plan.Base.Select(setting => $"{setting}"));
        Assert.Equal(["epochs 3", "learning-rate 0.01", "model deep"], plan.SettingsOf(3).Select(one => $"{one}"));
    }

    [Fact]
    public void Random_DrawsWithinItsRanges_AndTheSameEachTime()
    {
        const string toml = """
            [random]
            jobs = 2000
            seed = 4
            [random.ranges]
            learning_rate = { log_uniform = [0.0001, 0.01] }
            label_smoothing = { uniform = [0.1, 0.3] }
            batch_size = { integer = [8, 11] }
            model = { choice = ["article", "deep"] }
            """;
        SweepPlan plan = Parse(toml);

        Assert.Equal(Texts(plan), Texts(Parse(toml)));
        Assert.NotEqual(Texts(plan), Texts(Parse(toml.Replace("seed = 4", "seed = 5", StringComparison.Ordinal))));
        double[] rates = Numbers(plan, 0);
        Assert.All(rates, rate => Assert.InRange(rate, 0.0001, 0.01));

        // Half of the draws lie below the middle of the logarithms: 2000 draws, 4 standard deviations.
        Assert.InRange(rates.Count(rate => rate < 0.001), 910, 1090);
        Assert.InRange(Numbers(plan, 1).Average(), 0.194, 0.206);
        Assert.Equal([8, 9, 10, 11], Numbers(plan, 2).Distinct().Order().Select(one => (int)one));
        Assert.All(Numbers(plan, 2).CountBy(one => one), one => Assert.InRange(one.Value, 420, 580));
        Assert.InRange(plan.Jobs.Count(job => job[3].Text == "deep"), 910, 1090);
    }

    [Fact]
    public void Random_WithOneMoreRange_LeavesTheOtherValuesAsTheyWere()
    {
        const string ranges = "[random]\njobs = 9\n[random.ranges]\nlearning_rate = {uniform = [0.1, 0.2]}\n";

        Assert.Equal(Numbers(Parse(ranges), 0), Numbers(Parse(ranges + "batch_size = {integer = [1, 9]}\n"), 0));
    }

    [Fact]
    public void Halving_TrainsEveryJobTowardsTheLastRung()
    {
        SweepPlan plan = Parse("[grid]\nseed = [1, 2, 3, 4, 5, 6, 7, 8, 9]\n[halving]\nrungs = [1, 3, 9]\neta = 3\n");

        Assert.Equal([1, 3, 9], plan.Rungs);
        Assert.Equal(3, plan.Batches);
        Assert.Equal("epochs 9", $"{Assert.Single(plan.Base)}");
        Assert.Equal("0004-rung2", plan.NameOf(2, 4));
    }

    [Fact]
    public void FieldOfARecipe_ByItsPath_ChangesTheRecipeThatTheJobNames()
    {
        SweepPlan plan = Parse(
            """
            [base]
            recipe = "deep"
            [grid]
            "training.optimizer.weight_decay" = [0.0, 0.25]
            "training.augmentation.speed" = [0.1]
            """);

        Recipe recipe = RecipeOfJob.Of(plan.SettingsOf(1))!;

        Assert.Contains("weight_decay = 0.25", recipe.ToToml(), StringComparison.Ordinal);
        Assert.Contains("speed = 0.1\n", recipe.ToToml(), StringComparison.Ordinal);
        Assert.Equal(RecipeBook.Resolve("deep").Network.Name, recipe.Network.Name);
        Assert.Null(RecipeOfJob.Of(Parse("[grid]\nseed = [1, 2]").SettingsOf(0)));
        Assert.Equal(["deep"], plan.Recipes.Keys);
    }

    [Fact]
    public void Plan_WrittenAndRead_IsTheSame()
    {
        SweepPlan plan = Parse(
            "metric = \"loss\"\n[base]\nrecipe = \"deep\"\n[grid]\nseed = [1, 2]\n\"training.batch_size\" = [8]");
        SweepPlan read = JsonSerializer.Deserialize<SweepPlan>(plan.ToJson(), StrictJson.Options)!;

        plan.ExpectSame(read, "d");
        Assert.Equal(plan.ToJson(), read.ToJson());
    }

    [Theory]
    [InlineData("[grid]\nlearnin_rate = [0.1]", "line 2", "did you mean 'learning_rate'?")]
    [InlineData("[grid]\nlearning-rat = [0.1]", "line 2", "did you mean 'learning-rate'?")]
    [InlineData("[base]\nepochs = 1\noutput = \"x\"\n[grid]\nseed = [1]", "line 3", "each job has a folder")]
    [InlineData("[base]\nepochs = 0\n[grid]\nseed = [1]", "line 2", "--epochs takes a whole number from 1")]
    [InlineData("[grid]\nseed = [1,\n  2]\nlearning_rate = [0.1, 1000]", "line 4", "not '1000'")]
    [InlineData("[grid]\nseed = 3", "line 2", "a list of values")]
    [InlineData("[grid]\nseed = []", "line 2", "an empty list")]
    [InlineData("[grid]\nseed = [[1]]", "line 2", "a text, a number, true or false")]
    [InlineData("[base]\nseed = 1\n[grid]\nseed = [1]", "line 4", "in [base] too")]
    [InlineData("[grid]\nseed = [1]\n[randon]\njobs = 1", "line 3", "did you mean 'random'?")]
    [InlineData("[base]\nepochs = 1", "", "[grid]")]
    [InlineData("[grid]\nseed = [1]\n[random]\njobs = 1\n[random.ranges]\nseed = {integer = [1, 2]}", "", "of them")]
    [InlineData("[random]\njobs = 0\n[random.ranges]\nseed = {integer = [1, 2]}", "line 2", "give 1 to 10000")]
    [InlineData("[random]\njobs = 1\n[random.ranges]\nseed = {inteher = [1, 2]}", "line 4", "did you mean 'integer'?")]
    [InlineData("[random]\njobs = 1\n[random.ranges]\nseed = {integer = [2, 1]}", "line 4", "the lowest and")]
    [InlineData("[random]\njobs = 1\n[random.ranges]\nseed = {integer = [1, 2.5]}", "line 4", "whole number")]
    [InlineData("[random]\njobs = 1\n[random.ranges]\nema = {log_uniform = [0, 0.5]}", "line 4", "above 0")]
    [InlineData("[grid]\nseed = [1]\n[halving]\nrungs = [3, 1]", "line 4", "each above the one before")]
    [InlineData("[grid]\nseed = [1]\n[halving]\nrungs = [1, 3]\neta = 1", "line 5", "give 2 to")]
    [InlineData("[base]\nepochs = 3\n[grid]\nseed = [1]\n[halving]\nrungs = [1, 3]", "line 5", "'epochs' in [base]")]
    [InlineData("[grid]\nepochs = [1]\n[halving]\nrungs = [1, 3]", "line 2", "leave it out")]
    [InlineData("metric = \"acuracy\"\n[grid]\nseed = [1]", "line 1", "did you mean 'accuracy'?")]
    [InlineData("[grid]\n\"training.optimizer.momentun\" = [0.5]", "line 2", "momentun")]
    [InlineData("[grid]\nseed = [1\n", "line", "TOML")]
    public void Sweep_ThatIsWrong_IsRefusedWithLineAndWord(string toml, string line, string word)
    {
        var error = Assert.Throws<RecipeException>(() => Parse(toml));

        Assert.Contains("x.toml", error.Message, StringComparison.Ordinal);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Sweep_OfTooManyJobs_IsRefused()
    {
        string list = $"[{string.Join(", ", Enumerable.Range(1, 101))}]";

        var error = Assert.Throws<RecipeException>(() => Parse($"[grid]\nseed = {list}\nbatch_size = {list}"));

        Assert.Contains("10201 jobs", error.Message, StringComparison.Ordinal);
    }

    private static SweepPlan Parse(string toml) => SweepPlan.Parse(toml, "the sweep 'x.toml'", SweepArguments.Names);

    private static IEnumerable<string> Texts(SweepPlan plan) => plan.Jobs.Select(job => string.Join(' ', job));

    private static double[] Numbers(SweepPlan plan, int setting) =>
        [.. plan.Jobs.Select(job => job[setting].Value.GetDouble())];
}
