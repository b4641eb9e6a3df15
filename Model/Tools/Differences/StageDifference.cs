using System.Globalization;

namespace NativeCnn.Tools.Differences;

/// <summary>A stage of our chain beside the same stage of a reference.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Stage">Its name.</param>
/// <param name="Ours">Our rows and frames.</param>
/// <param name="Theirs">The reference's extents, as they lie in its file.</param>
/// <param name="Transposed">Whether the reference holds a frame a row.</param>
/// <param name="Agrees">Whether the shapes are equal and no value is further apart than allowed.</param>
/// <param name="Largest">The largest distance of two values, 0 for other shapes.</param>
/// <param name="LargestRelative">The largest of what is beyond allowed, as a multiple of it.</param>
/// <param name="Row">Where that is.</param>
/// <param name="Frame">Where that is.</param>
/// <param name="OurValue">What stands there.</param>
/// <param name="TheirValue">What the reference has there.</param>
/// <param name="Beyond">How many values are further apart than allowed.</param>
public sealed record StageDifference(
    string Stage, (int Rows, int Frames) Ours, (int Rows, int Columns) Theirs, bool Transposed, bool Agrees,
    double Largest, double LargestRelative, int Row, int Frame, double OurValue, double TheirValue, int Beyond)
{
    /// <summary>The largest distance, divided by the reference's value there or 1, whichever is larger.</summary>
    public double Relative => Math.Abs(OurValue - TheirValue) / Math.Max(1, Math.Abs(TheirValue));

    /// <summary>Whether rows and frames are as many.</summary>
    public bool SameShape => Transposed
        ? (Ours.Frames, Ours.Rows) == Theirs
        : (Ours.Rows, Ours.Frames) == Theirs;

    /// <summary>
    /// Compares. Logarithms and cepstra may be tolerance * max(1, |reference|) apart, spectra a tenth of tolerance
    /// times the reference's largest value.
    /// </summary>
    /// <param name="ours">Our stage; null where our chain has none.</param>
    /// <param name="theirs">The reference's.</param>
    /// <param name="tolerance">What is allowed.</param>
    internal static StageDifference Of(ProbedStage? ours, ReferenceMatrix theirs, double tolerance)
    {
        (int rows, int frames) = ours is null ? (0, 0) : (ours.Rows, ours.Frames);
        bool asIs = (rows, frames) == (theirs.Rows, theirs.Columns);
        int matches = (rows == theirs.Rows ? 1 : 0) + (frames == theirs.Columns ? 1 : 0);
        int matchesTurned = (rows == theirs.Columns ? 1 : 0) + (frames == theirs.Rows ? 1 : 0);
        bool transposed = !asIs && matchesTurned > matches;
        var difference = new StageDifference(
            theirs.Stage, (rows, frames), (theirs.Rows, theirs.Columns), transposed, false, 0, 0, 0, 0, 0, 0, 0);
        if (ours is null || !difference.SameShape)
        {
            return difference;
        }

        bool isLinear = theirs.Stage is "power_spectrogram" or "mel";
        double scale = isLinear ? theirs.Values.Max(value => Math.Abs((double)value)) : 0;
        double worst = -1;
        for (int i = 0; i < ours.Values.Length; i++)
        {
            (int row, int frame) = (i / frames, i % frames);
            double expected = theirs.Values[transposed ? (frame * rows) + row : i];
            double got = ours.Values[i];
            double allowed = isLinear ? tolerance / 10 * scale : tolerance * Math.Max(1, Math.Abs(expected));
            double distance = got == expected ? 0 : Math.Abs(got - expected);
            double ratio = double.IsNaN(distance) ? double.PositiveInfinity : distance == 0 ? 0 : distance / allowed;
            difference = difference with
            {
                Largest = Math.Max(difference.Largest, distance),
                Beyond = difference.Beyond + (ratio > 1 ? 1 : 0),
            };
            if (ratio > worst)
            {
                worst = ratio;
                difference = difference with { Row = row, Frame = frame, OurValue = got, TheirValue = expected };
            }
        }

        return difference with { Agrees = difference.Beyond == 0, LargestRelative = Math.Max(0, worst) };
    }

    /// <summary>One line: what, by how much, where.</summary>
    public override string ToString() => !SameShape
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{Stage}: reference has {Theirs.Rows} x {Theirs.Columns}, yours is {Ours.Rows} x {Ours.Frames}")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Stage}: {(Agrees ? "agrees" : "differs")}, at most {Largest:G3} apart; row {Row}, frame {Frame}: " +
            $"yours {OurValue:G6}, reference {TheirValue:G6}; beyond the tolerance are {Beyond} of " +
            $"{Ours.Rows * Ours.Frames} values");
}
