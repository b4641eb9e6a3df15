// How the learning rate goes over a training: a pure function of where training is, so that a resumed run has the rates
// of an uninterrupted one.
//   constant      base
//   cosine        base (1 + cos(pi n / N)) / 2                              step n of N
//   one cycle     from base / 25 up to base over the first 30 % of the steps, then down to base / 250,000, both along
//                 half a cosine
//   exponential   base factor^e                                            epoch e, from 0
//   step          base factor^floor(e / period)
// Sources: Loshchilov and Hutter, "SGDR" (ICLR 2017); Smith and Topin, "Super-convergence" (2017); all as PyTorch's
// CosineAnnealingLR, OneCycleLR, ExponentialLR and StepLR count their steps.
using System.Globalization;
using System.Text.Json.Serialization;

namespace NativeCnn.Model.Training;

/// <summary>The form of a learning rate schedule.</summary>
public enum ScheduleKind
{
    /// <summary>The same rate throughout.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>Half a cosine from the rate to 0, step by step.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,

    /// <summary>Up from a twenty-fifth and down to nearly 0, step by step.</summary>
    [JsonStringEnumMemberName("one_cycle")]
    OneCycle,

    /// <summary>Times a factor every epoch.</summary>
    [JsonStringEnumMemberName("exponential")]
    Exponential,

    /// <summary>Times a factor every so many epochs.</summary>
    [JsonStringEnumMemberName("step")]
    Step,
}

/// <summary>A learning rate schedule.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>What <see cref="Parse"/> takes, for help and messages.</summary>
    public const string Forms = "constant|cosine|one-cycle|exponential[=FACTOR]|step[=FACTOR:EPOCHS]";

    private const double Rise = 0.3;
    private const double StartDivisor = 25;
    private const double EndDivisor = 1e4;

    /// <summary>The form.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Constant;

    /// <summary>Factor of exponential and step, in (0, 1].</summary>
    public double Factor { get; init; } = 0.9;

    /// <summary>Epochs between two steps.</summary>
    public int Period { get; init; } = 10;

    /// <summary>Reads <c>one-cycle</c>, <c>exponential=0.95</c>, <c>step=0.5:10</c> and the like.</summary>
    /// <exception cref="ArgumentException">It is none of them; the message says what may come.</exception>
    public static LearningRateSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] halves = text.Split('=', 2);
        string[] numbers = halves.Length > 1 ? halves[1].Split(':') : [];
        LearningRateSchedule? schedule = (halves[0], numbers.Length) switch
        {
            ("constant", 0) => new(),
            ("cosine", 0) => new() { Kind = ScheduleKind.Cosine },
            ("one-cycle" or "onecycle" or "one_cycle", 0) => new() { Kind = ScheduleKind.OneCycle },
            ("exponential", 0) => new() { Kind = ScheduleKind.Exponential },
            ("exponential", 1) => new() { Kind = ScheduleKind.Exponential, Factor = Number(numbers[0]) },
            ("step", 0) => new() { Kind = ScheduleKind.Step, Factor = 0.5 },
            ("step", 2) => new()
            {
                Kind = ScheduleKind.Step,
                Factor = Number(numbers[0]),
                Period = Number(numbers[1]) is >= 1 and <= 1e6 and var epochs && double.IsInteger(epochs)
                    ? (int)epochs
                    : throw NotUnderstood(),
            },
            _ => null,
        };
        if (schedule is null)
        {
            throw NotUnderstood();
        }

        schedule.Validate();
        return schedule;

        double Number(string part) =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : throw NotUnderstood();

        ArgumentException NotUnderstood() => new($"the schedule '{text}' is not understood; give {Forms}");
    }

    /// <summary>Throws unless factor and period make sense.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void Validate()
    {
        if (!(Factor is > 0 and <= 1))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"a schedule's factor must be in (0, 1], not {Factor}"));
        }

        if (Period < 1)
        {
            throw new ArgumentException($"a schedule's period must be at least 1 epoch, not {Period}");
        }
    }

    /// <summary>The rate of a step.</summary>
    /// <param name="rate">The rate that was asked for: the first, or one cycle's highest.</param>
    /// <param name="step">Steps done before it.</param>
    /// <param name="steps">Steps of the whole training.</param>
    /// <param name="epoch">Epochs done before it.</param>
    public double RateAt(double rate, long step, long steps, int epoch) => Kind switch
    {
        ScheduleKind.Cosine => rate * (1 + Math.Cos(Math.PI * step / steps)) / 2,
        ScheduleKind.OneCycle => OneCycle(rate, step, steps),
        ScheduleKind.Exponential => rate * Math.Pow(Factor, epoch),
        ScheduleKind.Step => rate * Math.Pow(Factor, epoch / Period),
        _ => rate,
    };

    private static double OneCycle(double rate, long step, long steps)
    {
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
