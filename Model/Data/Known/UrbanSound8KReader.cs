// UrbanSound8K: 8,732 excerpts of up to 4 s, 10 classes, 10 folds. metadata/UrbanSound8K.csv lists them, the sounds lie
// in audio/fold1 to audio/fold10. Excerpts of one recording (fsID) share a fold: cross-validate with these folds only.
// Source: Salamon, Jacoby, Bello, "A Dataset and Taxonomy for Urban Sound Research", ACM Multimedia 2014.

namespace NativeCnn.Model.Data.Known;

internal static class UrbanSound8KReader
{
    public const string ReaderName = "UrbanSound8K";

    private const string List = "metadata/UrbanSound8K.csv";

    public static FoundDataSet? TryRead(DataSetFolder folder)
    {
        if (!folder.Has(List))
        {
            return null;
        }

        CsvTable table = CsvTable.Read(folder.PathOf(List), "slice_file_name", "fold", "class");
        int name = table.ColumnOf("slice_file_name");
        int fold = table.ColumnOf("fold");
        int label = table.ColumnOf("class");
        int recording = table.ColumnOf("fsID");
        Dictionary<string, FoundClip> clips = new(StringComparer.Ordinal);
        foreach (CsvRow row in table.Rows)
        {
            string file = $"audio/fold{table.Required(row, fold)}/{table.Required(row, name)}";
            clips[file] = folder.Clip(
                file, table.Required(row, label), split: null,
                ("fold", row.Fields[fold]), ("fsID", row.Fields[recording]));
        }

        return new FoundDataSet(ReaderName, [.. clips.Values])
        {
            PublishedParts = true,
            Notes = folder.NoteMissing(List, clips.Keys),
        };
    }
}
