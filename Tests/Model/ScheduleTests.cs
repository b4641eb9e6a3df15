using NativeCnn.Model.Training;
using NativeCnn.Tests.Golden;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model;

public sealed class ScheduleTests
{
    public static TheoryData<string> Files => GoldenFolder.Family("schedule-");

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Schedule_OfEveryForm_AgreesWithPyTorch(string name)
    {
        GoldenFile golden = GoldenFolder.Open(name);
        // The files do not say gamma and step_size: PyTorch was run with 0.9, and with 0.5 every 10.
        (string text, int stepsPerEpoch) = name["schedule-".Length..] switch
        {
            "cosine" => ("cosine", 4),
            "onecycle" => ("one-cycle", 4),
            "exponential" => ("exponential=0.9", 1),
            "step" => ("step=0.5:10", 1),
            _ => throw new InvalidDataException($"{name} is of no form that is known here"),
        };
        LearningRateSchedule schedule = LearningRateSchedule.Parse(text);
        double rate = golden.Config.GetProperty("base_lr").GetDouble();
        int steps = golden.Config.GetProperty("steps").GetInt32();

        double[] rates =
        [
            .. Enumerable.Range(0, steps).Select(step =>
                schedule.RateAt(rate, new SchedulePlace(step, steps, step / stepsPerEpoch, stepsPerEpoch))),
        ];

        Closeness.Close(golden.Floats("learning_rate"), rates, 1e-6);
    }

    [Theory]
    [InlineData("exponential", 0.9)]
    [InlineData("step", 0.5)]
    [InlineData("step=0.25:10", 0.25)]
    public void Schedule_WithoutItsSettings_HasItsUsualFactor(string text, double factor) => Assert.Equal(
        factor, LearningRateSchedule.Parse(text).RateAt(
            1, new SchedulePlace(Step: 100, Steps: 1000, Epoch: text[0] == 'e' ? 1 : 10, StepsPerEpoch: 10)), 12);

    [Theory]
    [InlineData("cosine=3")]
    [InlineData("linear")]
    [InlineData("exponential=fast")]
    [InlineData("exponential=0")]
    [InlineData("step=0.5")]
    [InlineData("step=0.5:0")]
    [InlineData("step=0.5:2.5")]
    public void Schedule_ThatMakesNoSense_IsRefused(string text)
    {
        Assert.Throws<ArgumentException>(() => LearningRateSchedule.Parse(text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Schedule_OfVeryFewSteps_IsFinite(int steps)
    {
        LearningRateSchedule schedule = LearningRateSchedule.Parse("one-cycle");
        Assert.All(
            Enumerable.Range(0, steps),
            step => Assert.InRange(schedule.RateAt(1, new SchedulePlace(step, steps, 0, steps)), 1e-7, 1));
    }

    [Theory]
    [InlineData(0, 0.125)]
    [InlineData(6, 0.875)]
    [InlineData(7, 1)]
    [InlineData(20, 1)]
    public void WarmUp_RisesAlongALineToTheSchedulesOwnRate(long step, double rate)
    {
        LearningRateSchedule schedule = LearningRateSchedule.Parse("constant") with { WarmUp = 2 };

        Assert.Equal(rate, schedule.RateAt(1, new SchedulePlace(step, 40, (int)(step / 4), StepsPerEpoch: 4)), 12);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(6, 0.5)]
    [InlineData(12, 1)]
    [InlineData(15, 0.8535533905932737)]
    public void CosineRestarts_BeginAnewEveryPeriod(long step, double rate)
    {
        LearningRateSchedule schedule = LearningRateSchedule.Parse("cosine-restarts=3");

        Assert.Equal(rate, schedule.RateAt(1, new SchedulePlace(step, 40, (int)(step / 4), StepsPerEpoch: 4)), 12);
    }

    [Fact]
    public void Plateau_LowersTheRateOnceTheLossStoodStillForLong()
    {
        LearningRateSchedule schedule = LearningRateSchedule.Parse("plateau=0.1:2");
        LossPlateau plateau = LossPlateau.None;
        List<int> reductions = [];
        foreach (double loss in (double[])[1, 0.9, 0.9, 0.95, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8])
        {
            plateau = plateau.After(loss, schedule);
            reductions.Add(plateau.Reductions);
        }

        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 1, 2], reductions);
        Assert.Equal(0.01, schedule.RateAt(1, new SchedulePlace(0, 40, 0, 4, Reductions: 2)), 12);
    }
}
