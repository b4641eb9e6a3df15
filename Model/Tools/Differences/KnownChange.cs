using NativeCnn.Features.Options;

namespace NativeCnn.Tools.Differences;

/// <summary>A change of one setting, or of two that are one choice.</summary>
/// <param name="Setting">Which, so that no two changes of a pair touch the same.</param>
/// <param name="IsUsual">Whether it is frequent enough to be tried in pairs.</param>
/// <param name="Apply">Makes it.</param>
internal sealed record KnownChange(string Setting, bool IsUsual, Func<FeatureOptions, FeatureOptions> Apply);
