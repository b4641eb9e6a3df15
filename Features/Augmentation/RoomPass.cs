namespace NativeCnn.Features.Augmentation;

/// <summary>What <see cref="RoomConvolver"/> does between two transforms.</summary>
internal enum RoomPass
{
    /// <summary>Clips, with silence behind them.</summary>
    Clips,

    /// <summary>The responses that were drawn for them, with silence behind them.</summary>
    Responses,

    /// <summary>The product of both spectra.</summary>
    Product,

    /// <summary>The convolved clips, where one was drawn.</summary>
    Result,
}
