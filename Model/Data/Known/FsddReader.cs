// Free Spoken Digit Dataset: {digit}_{speaker}_{index}.wav, 3,000 recordings of six speakers, in recordings/ or given
// directly. Its README makes the recordings 0 to 4 of each speaker and digit the test part.
// Source: Jackson et al., github.com/Jakobovski/free-spoken-digit-dataset.

using System.Globalization;

namespace NativeCnn.Model.Data.Known;

internal static class FsddReader
{
    public const string ReaderName = "FSDD";

    private const string Folder = "recordings/";
    private const string Digits = "0123456789";
    private const int TestRecordings = 5;

    private static readonly HashSet<string> Speakers = ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"];

    /// <summary>
    /// Takes a folder in which every sound is named so, all ten digits are there, and so is a speaker of the data set:
    /// other recordings of digits, named alike, have no test part of the first five.
    /// </summary>
    public static FoundDataSet? TryRead(DataSetFolder folder)
    {
        List<(string File, string Digit, string Speaker, int Index)> recordings = [];
        bool isRepository = folder.Has("metadata.py");
        foreach (string file in folder.Sounds)
        {
            if (isRepository && !file.StartsWith(Folder, StringComparison.Ordinal))
            {
                continue; // what lies beside the recordings in the repository is none
            }

            string name = file.StartsWith(Folder, StringComparison.Ordinal) ? file[Folder.Length..] : file;
            string[] fields = Path.GetFileNameWithoutExtension(name).Split('_');
            if (name.Contains('/', StringComparison.Ordinal) || fields is not [{ Length: 1 }, { Length: > 0 }, _]
                || !Digits.Contains(fields[0], StringComparison.Ordinal)
                || !int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            {
                return null;
            }

            recordings.Add((file, fields[0], fields[1], index));
        }

        bool isFsdd = recordings.Exists(one => Speakers.Contains(one.Speaker))
            && recordings.Select(one => one.Digit).Distinct().Count() == Digits.Length;
        if (!isFsdd)
        {
            return null;
        }

        // Without both parts there is no split to keep: the official test part alone can only be measured on.
        bool hasSplit = recordings.Exists(one => one.Index < TestRecordings)
            && recordings.Exists(one => one.Index >= TestRecordings);
        return new FoundDataSet(ReaderName, recordings.ConvertAll(one => folder.Clip(
            one.File, one.Digit,
            !hasSplit ? null : one.Index < TestRecordings ? SplitPart.Test : SplitPart.Train,
            ("speaker", one.Speaker))))
        {
            PublishedParts = true,
        };
    }
}
