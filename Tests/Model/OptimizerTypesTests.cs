using System.Text.Json;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features.Json;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

/// <summary>The optimisers by name, and what run folders of today and of earlier versions say of them.</summary>
public sealed class OptimizerTypesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Whatever other tests registered.</summary>
    private static IEnumerable<KeyValuePair<string, Type>> Own =>
        OptimizerTypes.All.Where(one => one.Value.Assembly == typeof(OptimizerOptions).Assembly);

    [Fact]
    public void OptimizerTypes_OfTheLibrary_AreFoundByTheirAttribute() =>
        Assert.Superset(
            new HashSet<string>(["adam", "adamw", "rmsprop", "sgd"]), Own.Select(one => one.Key).ToHashSet());

    [Fact]
    public void Optimizers_InTheReadme_AreThoseOfTheTable() => Assert.Equal(
        Own.Select(one =>
            $"| `{one.Key}` | {OptimizerTypes.InfoOf(one.Value).Sentence} | " +
            $"{string.Join(", ", SettingsOf(one.Key).Select(setting => $"`{setting}`"))} |"),
        ReadmeTable.Rows("`--optimizer`"));

    [Fact]
    public void Schedules_InTheReadme_AreThoseOfTheTable() => Assert.Equal(
        ScheduleKind.All.Select(kind => $"| `{kind.Form}` | {kind.Sentence} |"),
        ReadmeTable.Rows("`--schedule`"));

    [Fact]
    public void Optimizer_InJson_HasItsTypeAndSettings()
    {
        var options = new SgdOptions { Momentum = 0.5f, Nesterov = true, WeightDecay = 0.01f };

        RunConfig back = Load(WithTraining($$"""{"optimizer": {{Json(options)}}}"""));

        Assert.Equal(
            """{"type":"sgd","momentum":0.5,"dampening":0,"nesterov":true,"weight_decay":0.01}""", Json(options));
        Assert.Equal(options, back.Training.Optimizer);
        Assert.Equal(
            new AdamWOptions { Beta1 = 0.8f },
            Load(WithTraining("""{"optimizer": {"beta1": 0.8, "type": "adamw"}}""")).Training.Optimizer);
    }

    [Theory]
    [InlineData("""{"epochs": 3}""", "adam", 0f, 0f, false)]
    [InlineData(
        """{"optimizer": "adam", "momentum": 0.9, "nesterov": false, "weight_decay": 0}""", "adam", 0f, 0f, false)]
    [InlineData(
        """{"optimizer": "adamw", "momentum": 0.9, "nesterov": false, "weight_decay": 0.01}""",
        "adamw", 0.01f, 0f, false)]
    [InlineData("""{"optimizer": "sgd", "weight_decay": 0.1}""", "sgd", 0.1f, 0.9f, false)]
    [InlineData("""{"optimizer": "sgd", "momentum": 0.5, "nesterov": true}""", "sgd", 0f, 0.5f, true)]
    [InlineData(
        """{"optimizer": "rmsprop", "momentum": 0.9, "nesterov": true, "weight_decay": 0.1}""",
        "rmsprop", 0.1f, 0f, false)]
    [InlineData("""{"weight_decay": 0.1}""", "adam", 0.1f, 0f, false)]
    public void Config_OfAnEarlierVersion_HasItsOptimizer(
        string training, string type, float weightDecay, float momentum, bool nesterov)
    {
        OptimizerOptions optimizer = Load(WithTraining(training)).Training.Optimizer;

        Assert.Equal(type, OptimizerTypes.NameOf(optimizer.GetType()));
        Assert.Equal(weightDecay, OptimizerTypes.SettingOf(optimizer, "weight_decay"));
        Assert.Equal(momentum, OptimizerTypes.SettingOf(optimizer, "momentum") ?? 0f);
        Assert.Equal(nesterov, OptimizerTypes.SettingOf(optimizer, "nesterov") ?? false);
    }

    [Theory]
    [InlineData("constant", 0.9, 10)]
    [InlineData("one_cycle", 0.9, 10)]
    [InlineData("step", 0.25, 3)]
    public void Schedule_InJson_IsAsEarlierVersionsWroteIt(string kind, double factor, int period)
    {
        string json = FormattableString.Invariant(
            $"{{\"kind\":\"{kind}\",\"factor\":{factor},\"period\":{period}}}");

        LearningRateSchedule schedule = Load(WithTraining($"{{\"schedule\": {json}}}")).Training.Schedule;

        Assert.Equal(
            new LearningRateSchedule { Kind = ScheduleKind.Find(kind), Factor = factor, Period = period }, schedule);
        Assert.Equal(json, Compact(JsonSerializer.Serialize(schedule, StrictJson.Options)));
    }

    [Fact]
    public void Instead_KeepsWhatWasChosenAndNothingElse()
    {
        OptimizerOptions chosen = new AdamWOptions { Beta1 = 0.8f, WeightDecay = 0.01f };

        Assert.Equal(new SgdOptions { WeightDecay = 0.01f }, OptimizerTypes.Instead(chosen, "sgd"));
        Assert.Equal(
            new AdamOptions { Beta1 = 0.8f, WeightDecay = 0.01f }, OptimizerTypes.Instead(chosen, "adam"));
        Assert.Equal(chosen, OptimizerTypes.Instead(chosen, "adamw"));
        Assert.Equal(new RmsPropOptions(), OptimizerTypes.Instead(new SgdOptions(), "rmsprop"));
        Assert.Equal(
            new RmsPropOptions { Momentum = 0.5f },
            OptimizerTypes.Instead(new SgdOptions { Momentum = 0.5f }, "rmsprop"));
    }

    [Fact]
    public void With_ASettingThatTheOptimizerLacks_NamesThoseThatHaveIt()
    {
        Assert.Equal(
            "the optimiser adam has no dampening; it is a setting of sgd",
            Assert.Throws<ArgumentException>(() => OptimizerTypes.With(new AdamOptions(), "dampening", 1)).Message);
        Assert.Equal(
            "the optimiser rmsprop has no beta3; its settings are alpha, epsilon, momentum, centered, weight_decay",
            Assert.Throws<ArgumentException>(() => OptimizerTypes.With(new RmsPropOptions(), "beta3", 1)).Message);
    }

    [Fact]
    public void Usual_OfANameThatIsNone_NamesTheNearest() => Assert.StartsWith(
        "there is no optimiser 'rmspro': did you mean 'rmsprop'? the optimisers are adam, adamw, ",
        Assert.Throws<ArgumentException>(() => OptimizerTypes.Usual("rmspro")).Message);

    public void Dispose() => folder.Dispose();

    /// <summary>The settings with their usual values, as JSON has them.</summary>
    private static IEnumerable<string> SettingsOf(string type)
    {
        using var document = JsonDocument.Parse(Json(OptimizerTypes.Usual(type)));
        return
        [
            .. document.RootElement.EnumerateObject().Skip(1).Select(one => $"{one.Name} {one.Value.GetRawText()}"),
        ];
    }

    private RunConfig Load(string json) => RunConfig.Load(folder.Text("config.json", json));

    private static string Json(OptimizerOptions options)
    {
        using var training = JsonDocument.Parse(
            JsonSerializer.Serialize(new TrainingOptions { Optimizer = options }, StrictJson.Options));
        return Compact(training.RootElement.GetProperty("optimizer").GetRawText());
    }

    private static string Compact(string json) =>
        json.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);

    private static string WithTraining(string training) =>
        $$"""
        {
          "labels": ["a", "b"], "features": {"sample_rate": 8000}, "clip_samples": 2000, "device": "cpu",
          "model": {"name": "mine", "layers": [{"type": "flatten"}, {"type": "dense"}]}, "training": {{training}}
        }
        """;
}
