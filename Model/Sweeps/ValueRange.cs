// A value of each job is drawn by the seed, the job's number and the setting's name: not by what else is drawn, so that
// another range leaves the values of the others as they are.
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace NativeCnn.Model.Sweeps;

/// <summary>A setting whose values are drawn.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">The setting.</param>
/// <param name="Kind">How its values are distributed.</param>
/// <param name="Ends">The lowest and the highest value, or for choices all.</param>
internal sealed record ValueRange(string Name, RangeKind Kind, IReadOnlyList<SweepSetting> Ends)
{
    /// <summary>The value of a job.</summary>
    /// <param name="seed">The search's seed.</param>
    /// <param name="job">The job's number.</param>
    public SweepSetting Draw(long seed, int job)
    {
        // 53 bits: every double of [0, 1) that is a multiple of 2^-53 is equally likely.
        ulong hash = XxHash64.HashToUInt64(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{job}/{Name}")));
        double share = (hash >> 11) * (1.0 / (1L << 53));
        if (Kind == RangeKind.Choice)
        {
            return Ends[(int)(share * Ends.Count)];
        }

        (double low, double high) = (Ends[0].Value.GetDouble(), Ends[1].Value.GetDouble());
        return Kind switch
        {
            // Both ends are among them.
            RangeKind.Integer => Of(
                Math.Floor(low + (share * (high - low + 1))).ToString(CultureInfo.InvariantCulture)),
            RangeKind.LogUniform => Of(Rounded(low * Math.Pow(high / low, share))),
            _ => Of(Rounded(low + (share * (high - low)))),
        };
    }

    // Six figures are more than a training notices, and can be read and typed again.
    private static string Rounded(double value) =>
        double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            .ToString("R", CultureInfo.InvariantCulture);

    private SweepSetting Of(string number) => new(Name, JsonDocument.Parse(number).RootElement.Clone());
}
