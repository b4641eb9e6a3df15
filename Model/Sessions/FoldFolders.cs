// The folders of a cross-validation, one a group: names that Linux, macOS and Windows all take, and tell apart.
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace NativeCnn.Model.Sessions;

/// <summary>Makes a folder's name of a group's.</summary>
public static class FoldFolders
{
    private const int LongestName = 120;

    /// <summary>
    /// <c>fold-{group}</c>, with what paths may not hold written as <c>%2F</c>. Windows drops a dot at the end, and takes
    /// <c>A</c> and <c>a</c> for one, as macOS does: a dot becomes <c>%2E</c>, and groups that only their case tells
    /// apart, or that are longer than a folder's name may be, carry a hash.
    /// </summary>
    /// <param name="groups">The groups, each once.</param>
    /// <returns>A name for each, in their order; no two are the same in any case.</returns>
    public static IReadOnlyList<string> NamesOf(IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var alike = groups.Select(Plain).CountBy(name => name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. groups.Select(group => Plain(group) is var name && name.Length <= LongestName && alike[name] == 1
                ? name
                : $"{name[..Math.Min(name.Length, LongestName)]}-{HashOf(group)}"),
        ];
    }

    private static string Plain(string group)
    {
        string name = "fold-" + Uri.EscapeDataString(group);
        return name.EndsWith('.') ? name[..^1] + "%2E" : name;
    }

    private static string HashOf(string group) =>
        XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(group)).ToString("x16", CultureInfo.InvariantCulture);
}
