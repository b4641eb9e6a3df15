// The forms of learning rate schedules, in one table: JSON, --schedule, its help and its errors are printed from it. A
// rate is a pure function of where training is, so that a resumed run has the rates of an uninterrupted one.
//   constant      base
//   cosine        base (1 + cos(pi n / N)) / 2                              step n of N
//   one cycle     from base / 25 up to base over the first 30 % of the steps, then down to base / 250,000, both along
//                 half a cosine
//   exponential   base factor^e                                            epoch e, from 0
//   step          base factor^floor(e / period)
//   plateau       base factor^r                                            r: how often the validation loss stood still
//   restarts      base (1 + cos(pi (n mod P) / P)) / 2                      P: steps of a period
// Sources: Loshchilov and Hutter, "SGDR" (ICLR 2017); Smith and Topin, "Super-convergence" (2017); all as PyTorch's
// CosineAnnealingLR, OneCycleLR, ExponentialLR, StepLR, ReduceLROnPlateau and CosineAnnealingWarmRestarts count steps.
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

    private delegate double RateRule(LearningRateSchedule schedule, double rate, SchedulePlace at);

    /// <summary>The same rate throughout.</summary>
    public static ScheduleKind Constant { get; } = new(
        "constant", "the same rate throughout", (_, rate, _) => rate);

    /// <summary>Half a cosine from the rate to 0, step by step.</summary>
    public static ScheduleKind Cosine { get; } = new(
        "cosine", "half a cosine down to 0 over all epochs",
        (_, rate, at) => rate * (1 + Math.Cos(Math.PI * at.Step / at.Steps)) / 2);

    /// <summary>Up from a twenty-fifth and down to nearly 0, step by step.</summary>
    public static ScheduleKind OneCycle { get; } = new(
        "one_cycle", "up from a twenty-fifth, then down to nearly 0, over all epochs",
        (_, rate, at) => RateOfOneCycle(rate, at.Step, at.Steps));

    /// <summary>Times a factor every epoch.</summary>
    public static ScheduleKind Exponential { get; } = new(
        "exponential", "times a factor (0.9) every epoch",
        (schedule, rate, at) => rate * Math.Pow(schedule.Factor, at.Epoch), Factor);

    /// <summary>Times a factor every so many epochs.</summary>
    public static ScheduleKind Step { get; } = new(
        "step", "times a factor every so many epochs (0.5:10)",
        (schedule, rate, at) => rate * Math.Pow(schedule.Factor, at.Epoch / schedule.Period), Factor, Epochs)
    {
        UsualFactor = 0.5,
    };

    /// <summary>Times a factor whenever the validation loss did not fall for so many epochs.</summary>
    public static ScheduleKind Plateau { get; } = new(
        "plateau", "times a factor whenever the validation loss was no lower for so many epochs (0.5:10)",
        (schedule, rate, at) => rate * Math.Pow(schedule.Factor, at.Reductions), Factor, Epochs)
    {
        UsualFactor = 0.5,
    };

    /// <summary>Half a cosine down to 0, begun anew every so many epochs.</summary>
    public static ScheduleKind CosineRestarts { get; } = new(
        "cosine_restarts", "half a cosine down to 0, begun anew every so many epochs (10)",
        (schedule, rate, at) =>
        {
            long period = (long)schedule.Period * at.StepsPerEpoch;
            return rate * (1 + Math.Cos(Math.PI * (at.Step % period) / period)) / 2;
        },
        Epochs);

    /// <summary>The table.</summary>
    public static IReadOnlyList<ScheduleKind> All { get; } =
        [Constant, Cosine, OneCycle, Exponential, Step, Plateau, CosineRestarts];

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
    internal double RateAt(LearningRateSchedule schedule, double rate, SchedulePlace place) =>
        rule(schedule, rate, place);

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
