// What `nativecnn data describe` finds out about a data set before anyone trains on it.

namespace NativeCnn.Model.Data.Description;

/// <summary>A data set described.</summary>
/// <param name="Source">The folder or CSV file.</param>
/// <param name="Reader">Which reader took it, see <see cref="DataSet.Reader"/>.</param>
/// <param name="Clips">All clips that are listed.</param>
/// <param name="Readable">Those of them that are sound.</param>
/// <param name="Seconds">Length of all readable clips together.</param>
/// <param name="Lengths">Lengths of the readable clips, null without any.</param>
/// <param name="Imbalance">Clips of the largest class for one of the smallest.</param>
/// <param name="Classes">The classes, in the order of their names.</param>
/// <param name="SampleRates">Clips of each sample rate, the commonest first.</param>
/// <param name="Channels">Clips of each number of channels, the commonest first.</param>
/// <param name="Formats">Clips of each format, the commonest first.</param>
/// <param name="Parts">Clips of each part of the split that the data set names; empty without one.</param>
/// <param name="Folds">Clips of each of its folds; empty without any.</param>
/// <param name="Groups">What <c>--group</c> can keep together.</param>
/// <param name="BackgroundNoise">Files of background noise.</param>
/// <param name="Notes">What is odd about it.</param>
/// <param name="Damaged">The clips that cannot be read, and why.</param>
public sealed record DataSetDescription(
    string Source, string Reader, int Clips, int Readable, double Seconds, LengthSummary? Lengths, double Imbalance,
    IReadOnlyList<ClassSummary> Classes, IReadOnlyList<RateCount> SampleRates, IReadOnlyList<ChannelCount> Channels,
    IReadOnlyList<FormatCount> Formats, IReadOnlyList<PartCount> Parts, IReadOnlyList<FoldCount> Folds,
    IReadOnlyList<GroupSummary> Groups, int BackgroundNoise, IReadOnlyList<string> Notes,
    IReadOnlyList<SkippedClip> Damaged);

/// <summary>Lengths of clips in seconds.</summary>
/// <param name="Min">The shortest.</param>
/// <param name="Median">Half of them are not longer.</param>
/// <param name="P95">95 % of them are not longer.</param>
/// <param name="Max">The longest.</param>
public sealed record LengthSummary(double Min, double Median, double P95, double Max);

/// <summary>A class.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Clips">Its clips, damaged ones included.</param>
/// <param name="Seconds">Length of its readable clips together.</param>
public sealed record ClassSummary(string Label, int Clips, double Seconds);

/// <summary>Clips of a sample rate in hertz.</summary>
public sealed record RateCount(int SampleRate, int Clips);

/// <summary>Clips of a number of channels.</summary>
public sealed record ChannelCount(int Channels, int Clips);

/// <summary>Clips of a format, such as <c>WAV, 16-bit PCM</c>.</summary>
public sealed record FormatCount(string Format, int Clips);

/// <summary>Clips of a part of the split: train, validation or test.</summary>
public sealed record PartCount(string Part, int Clips);

/// <summary>Clips of a fold.</summary>
public sealed record FoldCount(string Fold, int Clips);

/// <summary>A grouping.</summary>
/// <param name="GroupBy">What <c>--group</c> takes.</param>
/// <param name="Groups">How many groups it makes.</param>
/// <param name="Smallest">Clips of the smallest.</param>
/// <param name="Largest">Clips of the largest.</param>
public sealed record GroupSummary(string GroupBy, int Groups, int Smallest, int Largest);
