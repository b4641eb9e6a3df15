// The part of a sound file that a clip is, where a list names its start and end.

namespace NativeCnn.Model.Data;

/// <summary>A part of a file.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Start">Seconds from the beginning of the file, at least 0.</param>
/// <param name="End">Seconds from the beginning of the file; infinity for the file's end.</param>
/// <param name="Line">The line of the list that names it, for errors.</param>
public readonly record struct ClipSegment(double Start, double End, long Line)
{
    // Lists round times: an end that lies so far behind the file's is the file's.
    private const double Rounding = 0.01;

    /// <summary>Whether it lies within a file of so many seconds.</summary>
    public bool FitsIn(double seconds) => Start < seconds && (double.IsInfinity(End) || End <= seconds + Rounding);

    /// <summary>The first sample of it, and the one behind its last.</summary>
    /// <param name="sampleRate">Hertz.</param>
    /// <param name="length">Samples of the file.</param>
    public (int First, int End) SamplesOf(int sampleRate, int length)
    {
        int end = double.IsInfinity(End) ? length : (int)Math.Min(length, Math.Round(End * sampleRate));
        return (Math.Min((int)Math.Min(length, Math.Round(Start * sampleRate)), end), end);
    }

    /// <summary>An error that says which line is wrong.</summary>
    /// <param name="path">The file.</param>
    /// <param name="seconds">Its length.</param>
    internal DataSetException Outside(string path, double seconds) => new(FormattableString.Invariant(
        $"line {Line} of the list: the segment from {Start:0.###} to {End:0.###} s is not inside '{path}', which is ")
        + FormattableString.Invariant($"{seconds:0.###} s long: mend the times, or take the row out."));
}
