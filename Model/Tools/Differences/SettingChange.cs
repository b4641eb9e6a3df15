namespace NativeCnn.Tools.Differences;

/// <summary>A setting that explains a difference.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Setting">Its name, as in a feature file.</param>
/// <param name="Ours">Its value here, as JSON.</param>
/// <param name="Theirs">The value under which the chains agree, as JSON.</param>
public sealed record SettingChange(string Setting, string Ours, string Theirs)
{
    /// <summary>For instance <c>mel_scale htk -> slaney</c>.</summary>
    public override string ToString() => $"{Setting} {Ours.Trim('"')} -> {Theirs.Trim('"')}";
}
