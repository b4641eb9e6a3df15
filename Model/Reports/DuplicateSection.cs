using NativeCnn.Model.Data;

namespace NativeCnn.Model.Reports;

/// <summary>Lists clips with the same content.</summary>
internal static class DuplicateSection
{
    private const int MostGroups = 50;
    private const int MostOfAGroup = 10;

    public static void Append(HtmlPage page, IReadOnlyList<DuplicateGroup> groups)
    {
        page.Section("duplicates", "Duplicates");
        if (groups.Count == 0)
        {
            page.Paragraph("None: no two files, or parts of files, have the same bytes.");
            return;
        }

        int classes = groups.Count(group => group.IsInTwoClasses);
        int sides = groups.Count(group => group.IsOnTwoSides);
        page.Paragraph(Html.Escape(
            $"{Html.Counted(groups.Count, "sound is", "sounds are")} there twice or more, by the bytes of the files; " +
            $"{Html.Count(classes)} of them in two classes, so that one label is wrong, {Html.Count(sides)} on two " +
            "sides of the split, so that the result flatters." +
            (groups.Count > MostGroups ? $" {MostGroups} are listed, these first." : "")));
        page.Table(
            "The same sound under several names",
            ["first", "the same as", "what is odd"],
            groups.Take(MostGroups).Select(group => (string[])
            [
                Name(group.Clips[0]),
                string.Join("; ", group.Clips.Skip(1).Take(MostOfAGroup).Select(Name)) +
                    (group.Clips.Count - 1 > MostOfAGroup
                        ? $"; and {Html.Count(group.Clips.Count - 1 - MostOfAGroup)} more"
                        : ""),
                (group.IsInTwoClasses, group.IsOnTwoSides) switch
                {
                    (true, true) => "two classes, two sides of the split",
                    (true, false) => "two classes",
                    (false, true) => "two sides of the split",
                    _ => "weighs double",
                },
            ]),
            words: 3);
    }

    private static string Name(DuplicateClip clip) => clip.Side is { } side
        ? $"{clip.Path} ({clip.Label}, {NameOf(side)})"
        : $"{clip.Path} ({clip.Label})";

    private static string NameOf(SplitPart side) => side switch
    {
        SplitPart.Train => "training",
        SplitPart.Validation => "validation",
        _ => "test",
    };
}
