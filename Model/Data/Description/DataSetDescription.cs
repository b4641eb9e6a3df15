// What `nativecnn data describe` finds out about a data set before anyone trains on it.

namespace NativeCnn.Model.Data.Description;

/// <summary>A data set described.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
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
