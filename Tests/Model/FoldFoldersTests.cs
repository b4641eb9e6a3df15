using NativeCnn.Model.Sessions;

namespace NativeCnn.Tests.Model;

/// <summary>Every group has a folder of its own on every system, Windows' rules for names among them.</summary>
public sealed class FoldFoldersTests
{
    private static readonly string[] Hostile =
    [
        "a", "A", "con", "CON", "nul", "com1.txt", "dot.", "dot", "..", ".", " ", "a ", "a/b", @"a\b", "c:", "x<y>|?*\"",
        "日本語", new string('長', 100), new string('長', 101), new string('x', 300), "ß", "SS", "é", "e\u0301", "-", "~",
    ];

    [Fact]
    public void Names_OfAnyGroups_AreTakenByEverySystemAndToldApartInAnyCase()
    {
        IReadOnlyList<string> names = FoldFolders.NamesOf(Hostile);

        Assert.Equal(Hostile.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name =>
        {
            Assert.Matches("^fold-[A-Za-z0-9._~%-]*$", name);
            Assert.False(name.EndsWith('.') || name.EndsWith(' '), name);
            Assert.InRange(name.Length, 6, 150);
        });
    }

    [Fact]
    public void Names_OfPlainGroups_AreTheGroups() =>
        Assert.Equal(["fold-ann", "fold-field%20day", "fold-a%2E"], FoldFolders.NamesOf(["ann", "field day", "a."]));
}
