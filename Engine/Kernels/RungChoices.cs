// Which rung of a ladder of kernels runs. An operator knows the one that suits its shape and the device, and asks here
// while it is planned:
//   int rung = device.Rungs.Choose("matmul", "64 x 128 x 3072", byDefault: 3);
// The answer is its own, or what somebody put in its place: by Override, by NATIVECNN_RUNGS=matmul=2,adam=1 or by
// `--rung matmul=2`. Every answer is kept for `nativecnn kernels choices`; a launch asks nothing.
using System.Globalization;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Engine.Kernels;

/// <summary>The rungs that the operators of one device run.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed class RungChoices
{
    /// <summary>The environment variable that names rungs for every device: <c>matmul=2,adam=1</c>.</summary>
    public const string Variable = "NATIVECNN_RUNGS";

    private readonly SortedDictionary<string, int> overrides = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Ladder, string Shape), RungChoice> made = [];

    /// <summary>Reads the environment, then <paramref name="wanted"/>, which wins.</summary>
    /// <exception cref="RungException">A ladder or rung is not there.</exception>
    internal RungChoices(string? wanted = null)
    {
        Override(Environment.GetEnvironmentVariable(Variable) ?? "");
        Override(wanted ?? "");
    }

    /// <summary>What was put in place of the operators' own choices, as it is written; null for nothing.</summary>
    public string? Overrides => overrides.Count == 0 ? null : string.Join(',', overrides.Select(one =>
        string.Create(CultureInfo.InvariantCulture, $"{one.Key}={one.Value}")));

    /// <summary>The choices so far, by ladder and then in the order in which plans were made.</summary>
    public IReadOnlyList<RungChoice> Made => [.. made.Values.OrderBy(one => one.Ladder, StringComparer.Ordinal)];

    /// <summary>Puts rungs in place of the operators' own choices, for what is planned from now on.</summary>
    /// <param name="list">Ladders and rungs: <c>matmul=2,adam=1</c>; an empty one changes nothing.</param>
    /// <exception cref="RungException">A ladder or rung is not there; the message lists all.</exception>
    public void Override(string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        foreach (string one in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = one.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 ||
                !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int rung))
            {
                throw new RungException(
                    $"'{one}' names no rung; write LADDER=NUMBER, several with commas: {AllThereAre()}");
            }

            Override(parts[0], rung);
        }
    }

    /// <summary>Puts a rung in place of an operator's own choice, for what is planned from now on.</summary>
    /// <param name="ladder">What is computed: <c>matmul</c>.</param>
    /// <param name="rung">The rung. For a shape that it does not take, the next one below that does.</param>
    /// <exception cref="RungException">The ladder or rung is not there; the message lists all.</exception>
    public void Override(string ladder, int rung)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        KernelLadder? found = KernelLadder.Find(ladder);
        if (found is null)
        {
            throw new RungException(
                $"there is no ladder '{ladder}'" +
                $"{Suggestion.Before(ladder, KernelLadder.OfProcess().Select(one => one.Name))} there are: " +
                AllThereAre());
        }

        overrides[found.Name] = found.Rungs.Contains(rung) ? rung : throw new RungException(string.Create(
            CultureInfo.InvariantCulture,
            $"'{found.Name}' has no rung {rung}; it has {string.Join(", ", found.Rungs)}"));
    }

    /// <summary>What was put in place of the operators' choice on a ladder; null for nothing.</summary>
    public int? OverrideOf(string ladder) => overrides.TryGetValue(ladder, out int rung) ? rung : null;

    /// <summary>Leaves the choices to come to the operators again, and forgets those made.</summary>
    public void Reset()
    {
        overrides.Clear();
        made.Clear();
    }

    /// <summary>The rung that a plan shall run, kept among <see cref="Made"/>.</summary>
    /// <param name="ladder">What is computed: <c>matmul</c>.</param>
    /// <param name="shape">The shape, for people.</param>
    /// <param name="byDefault">The rung that suits the shape and the device.</param>
    /// <param name="highest">The highest rung that takes the shape and that the device can run.</param>
    public int Choose(string ladder, string shape, int byDefault, int highest = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        ArgumentNullException.ThrowIfNull(shape);
        int rung = Math.Min(highest, overrides.TryGetValue(ladder, out int wanted) ? wanted : byDefault);
        made[(ladder, shape)] = new RungChoice(ladder, shape, rung, Math.Min(highest, byDefault));
        return rung;
    }

    private static string AllThereAre() => string.Join("; ", KernelLadder.OfProcess());
}
