namespace NativeCnn.Tools.Benchmarking;

/// <summary>A device's clock around a measurement, in MHz.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Before">Just before.</param>
/// <param name="After">Just after.</param>
public sealed record ClockReading(double Before, double After)
{
    /// <summary>A clock that is lower by more than this share has fallen.</summary>
    public const double Fall = 0.03;

    /// <summary>Whether it was lower after than before: hot, or at the limit of its power.</summary>
    public bool Fell => After < Before * (1 - Fall);
}
