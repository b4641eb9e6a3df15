// The forms of learning rate schedules, in one table: JSON, --schedule, its help and its errors are printed from it. A
// rate is a pure function of where training is, so that a resumed run has the rates of an uninterrupted one.
//   constant      base
//   cosine        base (1 + cos(pi n / N)) / 2                              step n of N
//   one cycle     from base / 25 up to base over the first 30 % of the steps, then down to base / 250,000, both along
//                 half a cosine
//   exponential   base factor^e                                            epoch e, from 0
//   step          base factor^floor(e / period)
// Sources: Loshchilov and Hutter, "SGDR" (ICLR 2017); Smith and Topin, "Super-convergence" (2017); all as PyTorch's
// CosineAnnealingLR, OneCycleLR, ExponentialLR and StepLR count their steps.
using System.Text.Json.Serialization;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Training;

/// <summary>The form of a learning rate schedule: one row of the table <see cref="All"/>.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
[JsonConverter(typeof(ScheduleKindConverter))]
public sealed class ScheduleKind
{
    /// <summary>What <see cref="Settings"/> calls <see cref="LearningRateSchedule.Factor"/>.</summary>
    internal const string Factor = "FACTOR";

    /// <summary>What <see cref="Settings"/> calls <see cref="LearningRateSchedule.Period"/>.</summary>
    internal const string Epochs = "EPOCHS";

    private readonly RateRule rule;

    private ScheduleKind(string name, string sentence, RateRule rule, params IReadOnlyList<string> settings)
    {
        Name = name;
        Sentence = sentence;
        Settings = settings;
        this.rule = rule;
    }

    private delegate double RateRule(LearningRateSchedule schedule, double rate, long step, long steps, int epoch);

    /// <summary>The same rate throughout.</summary>
    public static ScheduleKind Constant { get; } = new(
        "constant", "the same rate throughout", (_, rate, _, _, _) => rate);

    /// <summary>Half a cosine from the rate to 0, step by step.</summary>
    public static ScheduleKind Cosine { get; } = new(
        "cosine", "half a cosine down to 0 over all epochs",
        (_, rate, step, steps, _) => rate * (1 + Math.Cos(Math.PI * step / steps)) / 2);

    /// <summary>Up from a twenty-fifth and down to nearly 0, step by step.</summary>
    public static ScheduleKind OneCycle { get; } = new(
        "one_cycle", "up from a twenty-fifth, then down to nearly 0, over all epochs",
        (_, rate, step, steps, _) => RateOfOneCycle(rate, step, steps));

    /// <summary>Times a factor every epoch.</summary>
    public static ScheduleKind Exponential { get; } = new(
        "exponential", "times a factor (0.9) every epoch",
        (schedule, rate, _, _, epoch) => rate * Math.Pow(schedule.Factor, epoch), Factor);

    /// <summary>Times a factor every so many epochs.</summary>
    public static ScheduleKind Step { get; } = new(
        "step", "times a factor every so many epochs (0.5:10)",
        (schedule, rate, _, _, epoch) => rate * Math.Pow(schedule.Factor, epoch / schedule.Period), Factor, Epochs)
    {
        UsualFactor = 0.5,
    };

    /// <summary>The table.</summary>
    public static IReadOnlyList<ScheduleKind> All { get; } = [Constant, Cosine, OneCycle, Exponential, Step];

    /// <summary>Its name in JSON.</summary>
    public string Name { get; }

    /// <summary>What it does to the rate, for help.</summary>
    public string Sentence { get; }

    /// <summary>Its name at the command line.</summary>
    public string OptionName => Name.Replace('_', '-');

    /// <summary>What may follow its name there, such as <c>step[=FACTOR:EPOCHS]</c>.</summary>
    public string Form => Settings.Count == 0 ? OptionName : $"{OptionName}[={string.Join(':', Settings)}]";

    /// <summary>The settings that it has, in the order in which they are written.</summary>
    internal IReadOnlyList<string> Settings { get; }

    /// <summary>The factor where none is written.</summary>
    internal double UsualFactor { get; private init; } = LearningRateSchedule.DefaultFactor;

    /// <summary>The form of a name in JSON or at the command line.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists all.</exception>
    public static ScheduleKind Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return FindOrNull(name) ??
            throw new ArgumentException(
                $"there is no schedule '{name}'{Suggestion.Before(name, All.Select(kind => kind.OptionName))} the " +
                $"schedules are {string.Join(", ", All.Select(kind => kind.OptionName))}");
    }

    /// <inheritdoc/>
    public override string ToString() => OptionName;

    /// <summary>The same, null where there is none.</summary>
    internal static ScheduleKind? FindOrNull(string name) =>
        All.FirstOrDefault(kind => kind.Name == name || kind.OptionName == name);

    /// <summary>See <see cref="LearningRateSchedule.RateAt"/>.</summary>
    internal double RateAt(LearningRateSchedule schedule, double rate, long step, long steps, int epoch) =>
        rule(schedule, rate, step, steps, epoch);

    private static double RateOfOneCycle(double rate, long step, long steps)
    {
        const double Rise = 0.3, StartDivisor = 25, EndDivisor = 1e4;
        double start = rate / StartDivisor;
        double top = (Rise * steps) - 1;
        double end = steps - 1;
        // A training of two or three steps has no time to rise.
        return step <= top
            ? HalfCosine(start, rate, top <= 0 ? 1 : step / top)
            : HalfCosine(rate, start / EndDivisor, end <= top ? 1 : Math.Min(1, (step - top) / (end - top)));
    }

    private static double HalfCosine(double from, double to, double share) =>
        to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * share)));
}
