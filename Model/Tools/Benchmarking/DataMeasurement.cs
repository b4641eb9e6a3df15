namespace NativeCnn.Tools.Benchmarking;

/// <summary>What it took to come from files to features.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Clips">Clips that have features.</param>
/// <param name="Skipped">Clips that could not be read.</param>
/// <param name="Cached">Clips of which the cache had the features.</param>
/// <param name="AudioSeconds">Seconds of sound.</param>
/// <param name="ListSeconds">What it took to find the files and to look at some.</param>
/// <param name="FeatureSeconds">What it took to read, decode, compute and keep.</param>
/// <param name="PeakMebibytes">The most memory that the process had so far.</param>
public readonly record struct DataMeasurement(
    int Clips, int Skipped, int Cached, double AudioSeconds, double ListSeconds, double FeatureSeconds,
    double PeakMebibytes);
