// How a data set is taken apart: as it says itself, stratified by label, by groups, or one group left out in turn.
// All are functions of the data set's names, a fraction and a seed, and of nothing else.

using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.Data;

/// <summary>Splits of a data set into training and validation clips.</summary>
public static class Splits
{
    // A choice of groups that leaves a class untrained is drawn again; after so many draws there is hardly a better
    // one.
    private const int GroupDraws = 64;

    /// <summary>
    /// The split a training run uses. The data set's own comes first: the parts that it names (a CSV's column
    /// <c>split</c>, the lists of a published data set), else its folds, of which the last validates. Without either,
    /// by groups where a grouping is named, else stratified by label.
    /// </summary>
    /// <param name="data">The data set.</param>
    /// <param name="fraction">The share of clips to validate on, inside (0, 1).</param>
    /// <param name="seed">Chooses one of the possible splits.</param>
    /// <param name="groupBy">
    /// What keeps clips together, see <see cref="GroupBy.Of"/>; null for nothing. It sets aside the folds, and the
    /// parts of a published data set; the parts of a user's list must agree with it.
    /// </param>
    /// <param name="redraw">
    /// True draws the validation clips anew from all but the test clips, and sets folds aside.
    /// </param>
    /// <returns>The split.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not inside (0, 1).</exception>
    /// <exception cref="DataSetException">The data set cannot be split that way.</exception>
    public static Split Of(DataSet data, double fraction, long seed, string? groupBy = null, bool redraw = false)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckFraction(fraction);
        string[]? groups = groupBy is null ? null : GroupBy.Of(data, groupBy);
        bool setAside = groups is not null && data.PublishedParts;
        if (!setAside && data.Entries.Any(entry => entry.Split is not null))
        {
            return Declared(data, fraction, seed, groups, redraw);
        }

        if (groups is null && !redraw && data.Folds.Count > 0)
        {
            return LastFold(data);
        }

        return groups is null ? Stratified(data, fraction, seed) : Grouped(data, groups, fraction, seed);
    }

    /// <summary>The split by the data set's own folds: the last one validates, the others are trained on.</summary>
    /// <param name="data">A data set with <see cref="DataSet.Folds"/>.</param>
    /// <returns>The split; no test clips.</returns>
    /// <exception cref="DataSetException">It has no folds, or a class lies in the last one alone.</exception>
    public static Split LastFold(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Folds is not [.., string last])
        {
            throw new DataSetException($"'{data.Source}' names no folds: add a column fold with one for every clip.");
        }

        int[] all = Everything(data);
        Split split = new(
            Array.FindAll(all, i => data.Entries[i].Fold != last),
            Array.FindAll(all, i => data.Entries[i].Fold == last),
            []);
        HashSet<int> trained = data.LabelsIn(split.Train);
        string? unheard = data.LabelsIn(split.Validation).Order().Where(label => !trained.Contains(label))
            .Select(label => data.Labels[label]).FirstOrDefault();
        return unheard is null
            ? split
            : throw new DataSetException(
                $"Every clip of the class '{unheard}' of '{data.Source}' lies in fold '{last}', which validates: "
                + "split at random with --validation 0.2, or mend the folds.");
    }

    /// <summary>
    /// A random split, class by class. Of n clips of a class, <c>fraction * n</c> rounded to the nearest (halves up)
    /// go to validation, but at least one and at most n - 1; the single clip of a class of one is trained on.
    /// </summary>
    /// <param name="data">The data set.</param>
    /// <param name="fraction">The share of clips to validate on, inside (0, 1).</param>
    /// <param name="seed">Chooses one of the possible splits.</param>
    /// <returns>The split; no test clips.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not inside (0, 1).</exception>
    /// <exception cref="DataSetException">No class has two clips, so there is nothing to validate on.</exception>
    public static Split Stratified(DataSet data, double fraction, long seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Stratified(data, Everything(data), fraction, seed);
    }

    /// <summary>
    /// A random split that keeps every group on one side. The number of validation clips is as near to
    /// <c>fraction * clips</c> as whole groups allow (subset sum over the groups in shuffled order), and every class
    /// is trained on.
    /// </summary>
    /// <param name="data">The data set.</param>
    /// <param name="groups">A group name a clip, see <see cref="GroupBy.Of"/>.</param>
    /// <param name="fraction">The share of clips to validate on, inside (0, 1).</param>
    /// <param name="seed">Chooses one of the possible splits.</param>
    /// <returns>The split; no test clips.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not inside (0, 1).</exception>
    /// <exception cref="DataSetException">
    /// There is only one group, or every choice leaves a class without training clips.
    /// </exception>
    public static Split Grouped(DataSet data, IReadOnlyList<string> groups, double fraction, long seed)
    {
        CheckGroups(data, groups);
        return Grouped(data, groups, Everything(data), fraction, seed);
    }

    /// <summary>Leave-one-group-out cross-validation: every group in turn is the validation side of a fold.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="groups">A group name a clip, see <see cref="GroupBy.Of"/>.</param>
    /// <returns>A fold a group, numbers by their value, other names in ordinal order. Every clip is validated
    /// on exactly once.</returns>
    /// <exception cref="DataSetException">
    /// There is only one group, or every class lies in a single group: each fold would validate on classes that it
    /// was not trained on.
    /// </exception>
    public static IReadOnlyList<GroupFold> LeaveOneGroupOut(DataSet data, IReadOnlyList<string> groups)
    {
        CheckGroups(data, groups);
        int[] all = Everything(data);
        string[] names = [.. GroupNames(data, groups, all).Order(NumbersThenNames.Order)];
        bool everyClassInOneGroup = all
            .SelectMany(i => data.LabelsOf(data.Entries[i]).Select(label => (Label: label, Group: groups[i])))
            .GroupBy(pair => pair.Label, pair => pair.Group)
            .All(ofLabel => ofLabel.Distinct().Count() == 1);
        if (everyClassInOneGroup)
        {
            throw new DataSetException(
                $"Every class of '{data.Source}' lies in a single group ('{names[0]}' is one): a fold would "
                + "validate on classes that it was not trained on. Group by something that crosses the classes, "
                + "such as the speaker.");
        }

        return names
            .Select(name => new GroupFold(name, new Split(
                Array.FindAll(all, i => groups[i] != name), Array.FindAll(all, i => groups[i] == name), [])))
            .ToArray();
    }

    /// <summary>
    /// The split that the data set itself gives. Where it names no validation clips, they are taken from
    /// the training clips, by groups or stratified; its test clips stay what they are.
    /// </summary>
    /// <param name="data">A data set whose clips have <see cref="ClipEntry.Split"/>.</param>
    /// <param name="fraction">
    /// The share of training clips to validate on where the column names none, inside (0, 1).
    /// </param>
    /// <param name="seed">Chooses one of the possible splits.</param>
    /// <param name="groups">A group name a clip to keep groups on one side, or null.</param>
    /// <param name="redraw">True draws the validation clips anew from all but the test clips.</param>
    /// <returns>The split.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not inside (0, 1).</exception>
    /// <exception cref="DataSetException">
    /// There is no such column, it names no training clips, or it puts clips of one group on two sides.
    /// </exception>
    public static Split Declared(
        DataSet data, double fraction, long seed, IReadOnlyList<string>? groups = null, bool redraw = false)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckFraction(fraction);
        int[] all = Everything(data);
        if (!Array.TrueForAll(all, i => data.Entries[i].Split is not null))
        {
            throw new DataSetException(
                $"'{data.Source}' has no column split: add one with train, validation or test in every row.");
        }

        int[] test = Part(SplitPart.Test);
        int[] validation = redraw ? [] : Part(SplitPart.Validation);
        int[] train = redraw ? [.. all.Except(test)] : Part(SplitPart.Train);
        if (train.Length == 0)
        {
            throw new DataSetException(
                $"The parts of '{data.Source}' (column split, folders) name no clip for train: mark the clips to train "
                + "on.");
        }

        if (groups is not null)
        {
            CheckGroups(data, groups);
            CheckOneSide(data, groups, all, redraw);
        }

        if (validation.Length > 0)
        {
            return new Split(train, validation, test);
        }

        Split inner = groups is null
            ? Stratified(data, train, fraction, seed)
            : Grouped(data, groups, train, fraction, seed);
        return inner with { Test = test };

        int[] Part(SplitPart part) => Array.FindAll(all, i => data.Entries[i].Split == part);
    }

    private static Split Stratified(DataSet data, int[] clips, double fraction, long seed)
    {
        CheckFraction(fraction);
        if (SharesFiles(data, clips))
        {
            return ByFiles(data, clips, fraction, seed);
        }

        if (data.LabelSets is not null)
        {
            return ByLabels(data, clips, fraction, seed);
        }

        SplitMix64 random = new(seed);
        List<int> train = [];
        List<int> validation = [];
        foreach (IGrouping<int, int> ofLabel in clips.GroupBy(i => data.Entries[i].LabelIndex).OrderBy(g => g.Key))
        {
            int[] shuffled = [.. ofLabel];
            random.Shuffle(shuffled.AsSpan());
            int nearest = (int)Math.Round(fraction * shuffled.Length, MidpointRounding.AwayFromZero);
            int taken = shuffled.Length == 1 ? 0 : Math.Clamp(nearest, 1, shuffled.Length - 1);
            validation.AddRange(shuffled[..taken]);
            train.AddRange(shuffled[taken..]);
        }

        return validation.Count > 0
            ? new Split([.. train.Order()], [.. validation.Order()], [])
            : throw new DataSetException(
                $"No class of '{data.Source}' has two clips, one to train on and one to validate with: add clips.");
    }

    // Clips with several labels, stratified by each of them.
    private static Split ByLabels(DataSet data, int[] clips, double fraction, long seed)
    {
        bool[] validates = LabelStratification.Of(
            [.. clips.Select(i => data.LabelsOf(data.Entries[i]))], data.Labels.Count, fraction, seed);
        int[] Side(bool validation) => [.. clips.Where((_, place) => validates[place] == validation)];
        return validates.Contains(true) && validates.Contains(false)
            ? new Split(Side(validation: false), Side(validation: true), [])
            : throw new DataSetException(
                $"The {clips.Length} clips of '{data.Source}' cannot be split so that every label is trained on and "
                + "some clips validate: add clips.");
    }

    private static bool SharesFiles(DataSet data, int[] clips)
    {
        HashSet<string> files = new(StringComparer.Ordinal);
        return clips.Any(i => data.Entries[i].Segment is not null)
            && !Array.TrueForAll(clips, i => files.Add(data.Entries[i].Path));
    }

    // Segments of one file resemble each other as clips of one speaker do: whole files are drawn, stratified by the
    // class of their first segment; where that leaves a class untrained, as groups.
    private static Split ByFiles(DataSet data, int[] clips, double fraction, long seed)
    {
        SplitMix64 random = new(seed);
        List<int> train = [];
        List<int> validation = [];
        IEnumerable<IGrouping<int, int[]>> strata = clips
            .GroupBy(i => data.Entries[i].Path, (_, ofFile) => ofFile.ToArray())
            .GroupBy(file => data.Entries[file[0]].LabelIndex)
            .OrderBy(stratum => stratum.Key);
        foreach (IGrouping<int, int[]> stratum in strata)
        {
            int[][] files = [.. stratum];
            random.Shuffle(files.AsSpan());
            double wanted = fraction * files.Sum(file => file.Length);
            int taken = 0;
            for (int file = 0; file < files.Length; file++)
            {
                bool isLast = file == files.Length - 1;
                bool validates = taken == 0 ? !isLast : !isLast && taken + (files[file].Length / 2.0) <= wanted;
                taken += validates ? files[file].Length : 0;
                (validates ? validation : train).AddRange(files[file]);
            }
        }

        return validation.Count > 0 && data.LabelsIn(validation).IsSubsetOf(data.LabelsIn(train))
            ? new Split([.. train.Order()], [.. validation.Order()], [])
            : Grouped(data, [.. data.Entries.Select(entry => entry.Path)], clips, fraction, seed);
    }

    private static Split Grouped(DataSet data, IReadOnlyList<string> groups, int[] clips, double fraction, long seed)
    {
        CheckFraction(fraction);
        string[] names = GroupNames(data, groups, clips);
        Dictionary<string, int> sizeOf = clips.CountBy(i => groups[i]).ToDictionary(StringComparer.Ordinal);
        int target = (int)Math.Round(fraction * clips.Length, MidpointRounding.AwayFromZero);
        SplitMix64 random = new(seed);
        for (int draw = 0; draw < GroupDraws; draw++)
        {
            random.Shuffle(names.AsSpan());
            int[] sizes = Array.ConvertAll(names, name => sizeOf[name]);
            HashSet<string> held = [.. NearestSum(sizes, target, clips.Length).Select(g => names[g])];
            int[] train = Array.FindAll(clips, i => !held.Contains(groups[i]));
            int[] validation = Array.FindAll(clips, i => held.Contains(groups[i]));
            if (data.LabelsIn(validation).IsSubsetOf(data.LabelsIn(train)))
            {
                return new Split(train, validation, []);
            }
        }

        string first = names.Min(StringComparer.Ordinal)!;
        throw new DataSetException(
            $"The {names.Length} groups of '{data.Source}' ('{first}' is one) cannot be split "
            + "without leaving a class untrained. Group by something that crosses the classes, such as the speaker.");
    }

    // The items whose sizes add up nearest to the target, neither none nor all of them. first[s] is the item that first
    // reached the sum s, from a sum that earlier items had reached: walking back from s therefore meets every item
    // once.
    private static List<int> NearestSum(int[] sizes, int target, int total)
    {
        const int unreached = -1;
        int[] first = new int[total + 1];
        Array.Fill(first, unreached);
        int reached = 0;
        for (int item = 0; item < sizes.Length && first[target] == unreached; item++)
        {
            reached += sizes[item];
            for (int sum = reached; sum >= sizes[item]; sum--)
            {
                bool fromEarlier = sum == sizes[item] || first[sum - sizes[item]] != unreached;
                if (first[sum] == unreached && fromEarlier)
                {
                    first[sum] = item;
                }
            }
        }

        int best = Enumerable.Range(1, total - 1)
            .Where(sum => first[sum] != unreached)
            .MinBy(sum => Math.Abs(sum - target));
        List<int> items = [];
        for (int sum = best; sum > 0; sum -= sizes[first[sum]])
        {
            items.Add(first[sum]);
        }

        return items;
    }

    private static int[] Everything(DataSet data) => [.. Enumerable.Range(0, data.Entries.Count)];

    private static string[] GroupNames(DataSet data, IReadOnlyList<string> groups, int[] clips)
    {
        string[] names = [.. clips.Select(i => groups[i]).Distinct().Order(StringComparer.Ordinal)];
        return names.Length >= 2
            ? names
            : throw new DataSetException(
                $"All clips to split in '{data.Source}' are of one group, '{names.FirstOrDefault()}': two are needed; "
                + "group by something else.");
    }

    private static void CheckGroups(DataSet data, IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Count != data.Entries.Count)
        {
            throw new ArgumentException(
                $"Expected a group a clip, {data.Entries.Count}; got {groups.Count}.", nameof(groups));
        }
    }

    private static void CheckOneSide(DataSet data, IReadOnlyList<string> groups, int[] all, bool redraw)
    {
        string? torn = all
            .GroupBy(i => groups[i])
            .FirstOrDefault(clips => clips.Select(i => SideOf(data.Entries[i])).Distinct().Count() > 1)?.Key;
        if (torn is not null)
        {
            throw new DataSetException(
                $"The column split of '{data.Source}' puts the group '{torn}' on two sides: "
                + "mend the column, or leave the grouping out.");
        }

        SplitPart? SideOf(ClipEntry entry) =>
            redraw && entry.Split == SplitPart.Validation ? SplitPart.Train : entry.Split;
    }

    private static void CheckFraction(double fraction)
    {
        // Written so that NaN fails too.
        if (!(fraction > 0 && fraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, "The validation fraction must be inside (0, 1); 0.2 validates on a fifth.");
        }
    }
}
