// A folder of no published form and without a list. In it, or in each of its folders of parts, lie
//   {label}/**/x.wav        class folders; whatever is nested in a class folder belongs to that class
//   {label}_{any}.wav       files whose label is their name up to its first _
//   {label}.{hash}.wav      files of Edge Impulse, with or without their list info.labels
// A folder _background_noise_ beside the class folders is no class.

using NativeCnn.Model.Data.Known;

namespace NativeCnn.Model.Data;

internal static class FolderDataSet
{
    private const string Noise = SpeechCommandsReader.NoiseFolder;

    public static FoundDataSet Read(string root, FolderListing listing, DataSetOptions options)
    {
        string[] sounds = [.. listing.Files.Where(SoundFiles.IsSound)];
        string[] noise = Array.FindAll(sounds, IsNoise);
        string[] labelled = Array.FindAll(sounds, file => !IsNoise(file));
        if (labelled.Length == 0)
        {
            throw new DataSetException(
                $"'{root}' holds nothing but {Noise}/, which is no class: give the folder that has the class folders.");
        }

        List<string> notes = [];
        SoundPlace[] places = PartLayout.Of(root, labelled, options.PartFolders, notes);
        EdgeImpulseLabels? edge = EdgeImpulseLabels.TryRead(root, listing);
        bool hasParts = Array.Exists(places, place => place.Part is not null);
        int unlabelled = 0;
        List<FoundClip> clips = new(places.Length);
        Func<SoundPlace, string> labelOf = LabelOf(root, places, edge, out string reader);
        foreach (SoundPlace place in places)
        {
            if (edge is not null && edge.TryGet(UnicodeForm.C(place.File), out string? listed) && listed is null)
            {
                unlabelled++;
                continue;
            }

            clips.Add(new FoundClip(Path.Combine(root, place.File), place.File, labelOf(place)) { Split = place.Part });
        }

        if (unlabelled > 0)
        {
            notes.Add($"{unlabelled} sounds have no label in info.labels and are left out");
        }

        if (!hasParts && reader == "class folders")
        {
            notes.AddRange(NoteEmptyFolders(listing, labelled));
        }

        if (reader == "file names")
        {
            notes.AddRange(NoteOddNames(clips));
        }

        return new FoundDataSet(reader, clips)
        {
            BackgroundNoise = [.. noise.Select(file => Path.Combine(root, file))],
            Notes = notes,
        };
    }

    private static bool IsNoise(string file) =>
        file.StartsWith(Noise + "/", StringComparison.Ordinal)
        || file.Contains($"/{Noise}/", StringComparison.Ordinal);

    // One rule for all files of a data set.
    private static Func<SoundPlace, string> LabelOf(
        string root, SoundPlace[] places, EdgeImpulseLabels? edge, out string reader)
    {
        int flat = Array.FindIndex(places, place => !place.Rest.Contains('/', StringComparison.Ordinal));
        int nested = Array.FindIndex(places, place => place.Rest.Contains('/', StringComparison.Ordinal));
        if (flat >= 0 && nested >= 0)
        {
            throw new DataSetException(
                $"'{root}' mixes two forms: '{places[nested].File}' is in a class folder, '{places[flat].File}' is "
                + "not. Put every sound into a class folder, or every sound directly into the folder.");
        }

        if (flat < 0)
        {
            reader = "class folders";
            return place => FolderOf(place.Rest);
        }

        // A name of two parts may be {label}.{hash}, where most have no _ or Edge Impulse's own files are there.
        bool isEdge = Array.TrueForAll(places, place => EdgeImpulseLabels.IsDotted(place.Rest))
            && (edge is not null
                || Array.TrueForAll(places, place => place.File.Split('/')[0] is "training" or "testing")
                || Array.Exists(places, place => !EdgeImpulseLabels.InName(place.Rest).Contains('_')));
        reader = isEdge || edge is not null ? "Edge Impulse" : "file names";
        return place =>
            edge is not null && edge.TryGet(UnicodeForm.C(place.File), out string? listed) ? listed!
            : isEdge ? EdgeImpulseLabels.InName(place.Rest)
            : InName(place.File, Path.GetFileName(place.Rest));

        string InName(string file, string name)
        {
            int end = name.IndexOf('_', StringComparison.Ordinal);
            return end > 0
                ? name[..end]
                : throw new DataSetException(
                    $"No label in the file name '{file}' in '{root}': name it "
                    + $"{{label}}_{{anything}}{Path.GetExtension(file)}, put it into a class folder, or list it in a "
                    + "CSV with path,label.");
        }
    }

    // A class is the first folder of a path, whatever folders follow.
    private static string FolderOf(string file) => file[..file.IndexOf('/', StringComparison.Ordinal)];

    private static string[] NoteEmptyFolders(FolderListing listing, string[] sounds)
    {
        HashSet<string> classes =
            [.. sounds.Where(file => file.Contains('/', StringComparison.Ordinal)).Select(FolderOf), Noise];
        string[] empty =
        [
            .. listing.Folders.Where(folder => !folder.Contains('/', StringComparison.Ordinal))
                .Where(folder => !classes.Contains(folder)),
        ];
        return empty.Length == 0
            ? []
            : [$"no sound in {(empty.Length == 1 ? "the folder" : "the folders")} {NameList.Of(empty)}: no class"];
    }

    // Dates and running numbers are no classes that anybody wants.
    private static string[] NoteOddNames(List<FoundClip> clips)
    {
        string[] labels = [.. clips.Select(clip => clip.Label).Distinct()];
        bool areNumbers = Array.TrueForAll(labels, label => label.Length >= 4 && label.All(char.IsAsciiDigit));
        return areNumbers || (labels.Length > 20 && labels.Length > clips.Count / 2)
            ? [$"labels are the file names up to their first _: {NameList.Of(labels)}; where these are no classes, use "
                + "class folders or a CSV with path,label"]
            : [];
    }
}
