using System.Globalization;
using NativeCnn.Model.Presets;

namespace NativeCnn.Cli.Options;

/// <summary>What the networks that have a name choose other than the usual, for help.</summary>
internal static class PresetHelp
{
    /// <summary>
    /// For instance <c>; 0.002 for deep and raw; 0.005 for tiny</c>; empty where all choose the usual.
    /// </summary>
    public static string Others<T>(Func<NetworkPreset, T> choice, T usual) where T : notnull => string.Concat(
        NetworkPresets.All
            .Where(preset => !choice(preset).Equals(usual))
            .GroupBy(choice, preset => preset.Name)
            .Select(same => string.Create(CultureInfo.InvariantCulture, $"; {same.Key} for {Listed([.. same])}")));

    private static string Listed(string[] names) => names.Length == 1
        ? names[0]
        : $"{string.Join(", ", names[..^1])} and {names[^1]}";
}
