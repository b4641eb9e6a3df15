// Folders that are parts of a split, not classes: train/, test/, validation/ at the top (below one folder that wraps
// them all, as archives do), or below each class. Where only some folders are named so, nobody but the user can know.

namespace NativeCnn.Model.Data;

internal static class PartLayout
{
    /// <summary>Takes folders of parts off the paths of sounds.</summary>
    /// <param name="root">The data set, for messages.</param>
    /// <param name="sounds">Paths below it.</param>
    /// <param name="folders">What the user says of such folders.</param>
    /// <param name="notes">Told what was left out or guessed.</param>
    /// <exception cref="DataSetException">Some folders are named like parts, others are not.</exception>
    public static SoundPlace[] Of(string root, string[] sounds, PartFolders folders, List<string> notes)
    {
        if (folders == PartFolders.Classes)
        {
            return Array.ConvertAll(sounds, file => new SoundPlace(file, null, file));
        }

        int wrapper = WrapperOf(sounds);
        string[] tops = [.. sounds.Select(file => TopOf(file.AsSpan(wrapper))).Distinct()];
        string[] parts = Array.FindAll(tops, top => PartNames.Of(top) is not null);
        if (parts.Length == 0)
        {
            return BelowClasses(root, sounds, folders);
        }

        if (parts.Length == tops.Length)
        {
            return Array.ConvertAll(sounds, file => PlaceOf(file, wrapper, tops));
        }

        string[] others = [.. tops.Except(parts)];
        string other = others.FirstOrDefault(top => top.Length > 0) is { } named ? $"the folder '{named}'" : "a sound";
        if (folders == PartFolders.Parts)
        {
            string[] kept = Array.FindAll(sounds, file => parts.Contains(TopOf(file.AsSpan(wrapper))));
            notes.Add($"{sounds.Length - kept.Length} sounds lie beside the folders of parts and are left out, "
                + $"{other} for one");
            return Array.ConvertAll(kept, file => PlaceOf(file, wrapper, tops));
        }

        if (parts.Length > 1 || HasClassesBelow(sounds, wrapper, parts[0]))
        {
            throw new DataSetException(
                $"'{root}' has folders named like parts of a split ({string.Join(", ", parts)}) and {other} beside "
                + "them: --part-folders parts takes these as parts and leaves the rest out, --part-folders classes "
                + "takes every folder as a class.");
        }

        notes.Add($"the folder '{parts[0]}' is taken as a class, like the others beside it "
            + "(--part-folders parts takes it as a part)");
        return Array.ConvertAll(sounds, file => new SoundPlace(file, null, file));
    }

    // Class folders in which every sound lies in a folder of a part.
    private static SoundPlace[] BelowClasses(string root, string[] sounds, PartFolders folders)
    {
        SplitPart?[] parts = Array.ConvertAll(sounds, SecondOf);
        int found = parts.Count(part => part is not null);
        bool several = parts.OfType<SplitPart>().Distinct().Count() > 1;
        if (several && found == sounds.Length)
        {
            return [.. sounds.Select((file, i) => new SoundPlace(file, parts[i], WithoutSecond(file)))];
        }

        if (several && 2 * found > sounds.Length && folders == PartFolders.Auto)
        {
            string inPart = sounds[Array.FindIndex(parts, part => part is not null)];
            string inNone = sounds[Array.FindIndex(parts, part => part is null)];
            throw new DataSetException(
                $"'{root}' has folders named like parts below its classes ('{inPart}'), but not everywhere "
                + $"('{inNone}'): move the others into parts too, or take them all as one with "
                + "--part-folders classes.");
        }

        return Array.ConvertAll(sounds, file => new SoundPlace(file, null, file));

        static SplitPart? SecondOf(string file) =>
            file.Split('/') is [_, var second, _, ..] ? PartNames.Of(second) : null;

        static string WithoutSecond(string file)
        {
            string[] names = file.Split('/');
            return string.Join('/', names.Where((_, i) => i != 1));
        }
    }

    // The length of the one folder that holds nothing but folders of parts, with its /; 0 for none.
    private static int WrapperOf(string[] sounds)
    {
        string top = TopOf(sounds[0]);
        bool wraps = top.Length > 0 && PartNames.Of(top) is null && Array.TrueForAll(
            sounds, file => file.StartsWith(top + "/", StringComparison.Ordinal)
                && PartNames.Of(TopOf(file.AsSpan(top.Length + 1))) is not null);
        return wraps ? top.Length + 1 : 0;
    }

    private static bool HasClassesBelow(string[] sounds, int wrapper, string part)
    {
        string[] below =
        [
            .. sounds.Where(file => TopOf(file.AsSpan(wrapper)) == part)
                .Select(file => TopOf(file.AsSpan(wrapper + part.Length + 1))).Distinct(),
        ];
        return below.Length > 1 && !below.Contains("");
    }

    private static SoundPlace PlaceOf(string file, int wrapper, string[] tops)
    {
        string top = TopOf(file.AsSpan(wrapper));
        return new SoundPlace(file, PartOf(top, tops), file[(wrapper + top.Length + 1)..]);
    }

    // Beside a test part and without any other for validation, `eval` is what is validated on.
    private static SplitPart? PartOf(string name, string[] tops)
    {
        SplitPart? part = PartNames.Of(name);
        bool isEval = name.StartsWith("eval", StringComparison.OrdinalIgnoreCase);
        return isEval
            && tops.Any(top => top.StartsWith("test", StringComparison.OrdinalIgnoreCase))
            && !tops.Any(top => PartNames.Of(top) == SplitPart.Validation)
                ? SplitPart.Validation
                : part;
    }

    private static string TopOf(ReadOnlySpan<char> file) =>
        file.IndexOf('/') is >= 0 and var end ? file[..end].ToString() : "";
}
