// ESC-50: 2,000 clips of 5 s, 50 classes, 5 folds; ESC-10 is the part of it that the column esc10 marks, 10 classes.
// meta/esc50.csv lists them, the sounds lie in audio/. Clips cut from one recording (src_file) share a fold.
// Source: Piczak, "ESC: Dataset for Environmental Sound Classification", ACM Multimedia 2015.

namespace NativeCnn.Model.Data.Known;

internal static class Esc50Reader
{
    public const string ReaderName = "ESC-50";
    public const string SubsetName = "ESC-10";

    private const string List = "meta/esc50.csv";

    public static FoundDataSet? TryRead(DataSetFolder folder)
    {
        if (!folder.Has(List))
        {
            return null;
        }

        CsvTable table = CsvTable.Read(folder.PathOf(List), "filename", "fold", "category");
        int name = table.ColumnOf("filename");
        int fold = table.ColumnOf("fold");
        int label = table.ColumnOf("category");
        int subset = table.ColumnOf("esc10");
        int recording = table.ColumnOf("src_file");
        Dictionary<string, FoundClip> clips = new(StringComparer.Ordinal);
        foreach (CsvRow row in table.Rows)
        {
            string file = $"audio/{table.Required(row, name)}";
            clips[file] = folder.Clip(
                file, table.Required(row, label), split: null,
                ("fold", table.Required(row, fold)), ("src_file", row.Fields[recording])) with
            {
                InSubset = row.Fields[subset].Equals("true", StringComparison.OrdinalIgnoreCase),
            };
        }

        return new FoundDataSet(ReaderName, [.. clips.Values])
        {
            PublishedParts = true,
            Notes = folder.NoteMissing(List, clips.Keys),
        };
    }

    /// <summary>The clips of ESC-10 alone.</summary>
    public static FoundDataSet OnlyEsc10(FoundDataSet all) => all with
    {
        Reader = SubsetName,
        Clips = all.Clips.FindAll(clip => clip.InSubset),
    };
}
