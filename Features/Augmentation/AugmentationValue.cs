namespace NativeCnn.Features.Augmentation;

/// <summary>One number of an augmentation's value, and the option that it sets.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Unit">What the help calls it: its unit, or what it counts.</param>
/// <param name="Least">The least that is allowed.</param>
/// <param name="Most">The most.</param>
/// <param name="Get">Its option.</param>
/// <param name="Set">The options with another number there.</param>
/// <param name="IsWhole">Whether it is a whole number.</param>
public sealed record AugmentationValue(
    string Unit, double Least, double Most, Func<AugmentationOptions, double> Get,
    Func<AugmentationOptions, double, AugmentationOptions> Set, bool IsWhole = false);
