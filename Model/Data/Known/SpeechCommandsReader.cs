// Speech Commands: 105,829 words of 1 s in version 0.02, a folder a word. validation_list.txt and testing_list.txt name
// the clips that are not for training; _background_noise_ holds longer recordings of no word. A file's name is
// {speaker}_nohash_{number}.wav; the lists keep each speaker on one side.
// Source: Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition", arXiv:1804.03209.

namespace NativeCnn.Model.Data.Known;

internal static class SpeechCommandsReader
{
    public const string ReaderName = "Speech Commands";

    /// <summary>The folder that is no class.</summary>
    public const string NoiseFolder = "_background_noise_";

    private const string ValidationList = "validation_list.txt";
    private const string TestList = "testing_list.txt";

    public static FoundDataSet? TryRead(DataSetFolder folder)
    {
        if (!folder.Has(ValidationList) || !folder.Has(TestList))
        {
            return null;
        }

        HashSet<string> validation = ReadList(folder.PathOf(ValidationList));
        HashSet<string> test = ReadList(folder.PathOf(TestList));
        List<FoundClip> clips = [];
        List<string> noise = [];
        foreach (string file in folder.Sounds)
        {
            int end = file.IndexOf('/', StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            string label = file[..end];
            if (label == NoiseFolder)
            {
                noise.Add(folder.PathOf(file));
                continue;
            }

            SplitPart part = test.Contains(file) ? SplitPart.Test
                : validation.Contains(file) ? SplitPart.Validation
                : SplitPart.Train;
            clips.Add(folder.Clip(file, label, part, ("speaker", SpeakerOf(file))));
        }

        return clips.Count == 0
            ? null
            : new FoundDataSet(ReaderName, clips)
            {
                PublishedParts = true,
                BackgroundNoise = noise,
                Notes =
                [
                    .. folder.NoteMissing(ValidationList, validation), .. folder.NoteMissing(TestList, test),
                ],
            };
    }

    private static HashSet<string> ReadList(string path) =>
    [
        .. System.Text.Encoding.UTF8.GetString(ListText.Read(path, encoding: null).Span).Split('\n')
            .Select(line => line.Trim()).Where(line => line.Length > 0),
    ];

    // The hash of whoever spoke: what stands before _nohash_.
    private static string SpeakerOf(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        int end = name.IndexOf("_nohash_", StringComparison.Ordinal);
        end = end > 0 ? end : name.IndexOf('_', StringComparison.Ordinal);
        return end > 0 ? name[..end] : name;
    }
}
