// How the learning rate goes over a training: a form of ScheduleKind's table with its settings.
using System.Globalization;
using System.Text.Json.Serialization;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Model.Training;

/// <summary>A learning rate schedule.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record LearningRateSchedule : IValidated
{
    internal const double DefaultFactor = 0.9;

    /// <summary>What <see cref="Parse"/> takes, for help and messages.</summary>
    public static string Forms => string.Join('|', ScheduleKind.All.Select(kind => kind.Form));

    /// <summary>The form.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Constant;

    /// <summary>Factor of exponential and step, in (0, 1].</summary>
    public double Factor { get; init; } = DefaultFactor;

    /// <summary>Epochs between two steps or restarts, or that a plateau may last.</summary>
    public int Period { get; init; } = 10;

    /// <summary>Epochs in which the rate rises to the schedule's own from nearly 0, along a line; 0 for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double WarmUp { get; init; }

    /// <summary>Reads <c>one-cycle</c>, <c>exponential=0.95</c>, <c>step=0.5:10</c> and the like.</summary>
    /// <exception cref="ArgumentException">It is none of them; the message says what may come.</exception>
    public static LearningRateSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] halves = text.Split('=', 2);
        ScheduleKind kind = ScheduleKind.Find(halves[0] == "onecycle" ? "one-cycle" : halves[0]);
        var schedule = new LearningRateSchedule { Kind = kind, Factor = kind.UsualFactor };
        if (halves.Length == 2)
        {
            string[] numbers = halves[1].Split(':');
            if (numbers.Length != kind.Settings.Count)
            {
                throw NotUnderstood();
            }

            foreach ((string setting, string number) in kind.Settings.Zip(numbers))
            {
                schedule = setting switch
                {
                    ScheduleKind.Factor => schedule with { Factor = Number(number) },
                    ScheduleKind.Epochs => schedule with { Period = Whole(number) },
                    _ => throw new InvalidOperationException($"a schedule has no setting {setting}"),
                };
            }
        }

        schedule.Validate();
        return schedule;

        double Number(string part) =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : throw NotUnderstood();

        int Whole(string part) => Number(part) is >= 1 and <= 1e6 and var value && double.IsInteger(value)
            ? (int)value
            : throw NotUnderstood();

        ArgumentException NotUnderstood() => new($"the schedule '{text}' is not understood; give {kind.Form}");
    }

    /// <summary>Throws unless factor and period make sense.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Kind);
        if (!(Factor is > 0 and <= 1))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"a schedule's factor must be in (0, 1], not {Factor}"),
                nameof(Factor));
        }

        if (Period < 1)
        {
            throw new ArgumentException(
                $"a schedule's period must be at least 1 epoch, not {Period}", nameof(Period));
        }

        if (!(WarmUp >= 0) || !double.IsFinite(WarmUp))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"a warm-up must be 0 epochs or more, not {WarmUp}"),
                nameof(WarmUp));
        }
    }

    /// <summary>The rate of a step.</summary>
    /// <param name="rate">The rate that was asked for: the first, or one cycle's highest.</param>
    /// <param name="place">Where training is.</param>
    public double RateAt(double rate, SchedulePlace place)
    {
        double own = Kind.RateAt(this, rate, place);
        double rise = WarmUp * place.StepsPerEpoch;
        return place.Step + 1 < rise ? own * (place.Step + 1) / rise : own;
    }
}
