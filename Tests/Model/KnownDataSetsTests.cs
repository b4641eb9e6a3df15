// Published data sets are known by their files: their clips, labels, groups, parts and folds, without an option.

using NativeCnn.Model.Data;

namespace NativeCnn.Tests.Model;

public sealed class KnownDataSetsTests
{
    [Theory]
    [InlineData("recordings/")]
    [InlineData("")]
    [InlineData("free-spoken-digit-dataset-master/recordings/")]
    public void Fsdd_KeepsTheFirstFiveRecordingsOfEachSpeakerAndDigitForTesting(string below)
    {
        using TemporaryFolder folder = PublishedTrees.Fsdd(below);
        DataSet data = DataSetCatalog.Read(folder.Path);

        Assert.Equal("FSDD", data.Reader);
        Assert.Equal(Enumerable.Range(0, 10).Select(digit => $"{digit}"), data.Labels);
        Assert.Equal(160, data.Entries.Count);
        Assert.All(data.Entries, entry => Assert.Equal(
            entry.Path[^5] < '5' ? SplitPart.Test : SplitPart.Train, entry.Split));
        Split split = Splits.Of(data, 0.2, 1);
        Assert.Equal(100, split.Test.Length);
        Assert.Equal(60, split.Train.Length + split.Validation.Length);
        Assert.Equal(10, split.Validation.Select(i => data.Entries[i].Label).Distinct().Count());
    }

    [Fact]
    public void Fsdd_ByTheSpeaker_SetsItsTestPartAside()
    {
        using TemporaryFolder folder = PublishedTrees.Fsdd();
        DataSet data = DataSetCatalog.Read(folder.Path);

        Split split = Splits.Of(data, 0.2, 1, GroupBy.Speaker);

        Assert.Empty(split.Test);
        Assert.Equal(80, split.Validation.Length);
        Assert.Single(split.Validation.Select(i => data.Entries[i].Columns["speaker"]).Distinct());
        Assert.Equal(
            ["jackson", "theo"],
            Splits.LeaveOneGroupOut(data, GroupBy.Of(data, GroupBy.Speaker)).Select(fold => fold.Group));
    }

    [Fact]
    public void Fsdd_IsNotSeenInOtherRecordingsNamedAlike()
    {
        using TemporaryFolder folder = new();
        for (int digit = 0; digit < 10; digit++)
        {
            folder.Wav($"{digit}_anna_0.wav");
            folder.Wav($"{digit}_anna_7.wav");
        }

        DataSet data = DataSetCatalog.Read(folder.Path);
        Assert.Equal("file names", data.Reader);
        Assert.All(data.Entries, entry => Assert.Null(entry.Split));

        folder.Wav("0_theo_1.wav");
        Assert.Equal("FSDD", DataSetCatalog.Read(folder.Path).Reader);
        folder.Wav("0_theo_one.wav");
        Assert.Equal("file names", DataSetCatalog.Read(folder.Path).Reader);
    }

    [Fact]
    public void Fsdd_WithoutItsTestPart_IsSplitAsBefore()
    {
        using TemporaryFolder folder = PublishedTrees.Fsdd("");
        foreach (string file in Directory.GetFiles(folder.Path).Where(file => file[^5] < '5'))
        {
            File.Delete(file);
        }

        DataSet data = DataSetCatalog.Read(folder.Path);
        Assert.Equal("FSDD", data.Reader);
        Assert.Equal(Splits.Stratified(data, 0.2, 7).Validation, Splits.Of(data, 0.2, 7).Validation);
        Assert.Empty(Splits.Of(data, 0.2, 7).Test);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ESC-50-master/")]
    public void Esc50_ValidatesWithItsLastFold_AndLeavesEachOut(string below)
    {
        using TemporaryFolder folder = PublishedTrees.Esc50(below);
        DataSet data = DataSetCatalog.Read(folder.Path);

        Assert.Equal("ESC-50", data.Reader);
        Assert.Equal(["dog", "rain", "sea_waves"], data.Labels);
        Assert.Equal(30, data.Entries.Count);
        Assert.Equal(["1", "2", "3", "4", "5"], data.Folds);
        Assert.All(data.Entries, entry => Assert.True(File.Exists(entry.Path)));
        Assert.All(data.Entries, entry => Assert.StartsWith(
            entry.Fold + "-", Path.GetFileName(entry.Path), StringComparison.Ordinal));
        Split split = Splits.Of(data, 0.2, 1);
        Assert.Equal(6, split.Validation.Length);
        Assert.All(split.Validation, i => Assert.Equal("5", data.Entries[i].Fold));
        Assert.All(
            Splits.LeaveOneGroupOut(data, GroupBy.Of(data, "fold")),
            fold => Assert.Equal(6, fold.Split.Validation.Length));
        Assert.Equal(15, GroupBy.Of(data, "src_file").Distinct().Count());
    }

    [Fact]
    public void Esc10_IsThePartThatTheListMarks()
    {
        using TemporaryFolder folder = PublishedTrees.Esc50();
        DataSet data = DataSetCatalog.Read(folder.Path + ":esc10");

        Assert.Equal("ESC-10", data.Reader);
        Assert.Equal(["dog", "rain"], data.Labels);
        Assert.Equal(20, data.Entries.Count);

        using TemporaryFolder other = PublishedTrees.UrbanSound8K();
        Assert.Contains(
            "no ESC-50",
            Assert.Throws<DataSetException>(() => DataSetCatalog.Read(other.Path + ":ESC10")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Esc50_RandomSplitOrGroups_SetTheFoldsAside()
    {
        using TemporaryFolder folder = PublishedTrees.Esc50();
        DataSet data = DataSetCatalog.Read(folder.Path);

        Split random = Splits.Of(data, 0.4, 3, redraw: true);
        Assert.Equal(12, random.Validation.Length);
        Assert.True(random.Validation.Select(i => data.Entries[i].Fold).Distinct().Count() > 1);

        string[] recordings = GroupBy.Of(data, "src_file");
        Split grouped = Splits.Of(data, 0.4, 3, "src_file");
        Assert.Equal(12, grouped.Validation.Length);
        Assert.Empty(grouped.Train.Select(i => recordings[i]).Intersect(grouped.Validation.Select(i => recordings[i])));
    }

    [Fact]
    public void UrbanSound8K_HasItsTenFoldsInTheOrderOfTheirNumbers()
    {
        using TemporaryFolder folder = PublishedTrees.UrbanSound8K();
        DataSet data = DataSetCatalog.Read(folder.Path);

        Assert.Equal("UrbanSound8K", data.Reader);
        Assert.Equal(["air_conditioner", "siren"], data.Labels);
        Assert.Equal(40, data.Entries.Count);
        string[] inOrder = [.. Enumerable.Range(1, 10).Select(fold => $"{fold}")];
        Assert.Equal(inOrder, data.Folds);
        Assert.Equal(
            inOrder, Splits.LeaveOneGroupOut(data, GroupBy.Of(data, "fold")).Select(fold => fold.Group));
        Assert.All(data.Entries, entry => Assert.Contains(
            $"/fold{entry.Fold}/", entry.RelativePath, StringComparison.Ordinal));
        Assert.All(Splits.Of(data, 0.2, 1).Validation, i => Assert.Equal("10", data.Entries[i].Fold));
        Assert.Equal(20, GroupBy.Of(data, "fsid").Distinct().Count());
    }

    [Fact]
    public void SpeechCommands_KeepsItsListsAndTakesNoiseForNoClass()
    {
        using TemporaryFolder folder = PublishedTrees.SpeechCommands();
        DataSet data = DataSetCatalog.Read(folder.Path);

        Assert.Equal("Speech Commands", data.Reader);
        Assert.Equal(PublishedTrees.Words, data.Labels);
        Assert.Equal(36, data.Entries.Count);
        Assert.Equal(
            ["running_tap.wav", "white_noise.wav"], data.BackgroundNoise.Select(Path.GetFileName).Order());
        Assert.All(data.BackgroundNoise, path => Assert.True(File.Exists(path)));
        Assert.Empty(data.Notes);
        string[] speakers = GroupBy.Of(data, GroupBy.Speaker);
        Split split = Splits.Of(data, 0.2, 1);
        Assert.All(split.Validation, i => Assert.Equal("0a7c2a84", speakers[i]));
        Assert.All(split.Test, i => Assert.Equal("0a7c2a85", speakers[i]));
        Assert.Equal((24, 6, 6), (split.Train.Length, split.Validation.Length, split.Test.Length));

        Split redrawn = Splits.Of(data, 0.5, 1, redraw: true);
        Assert.Equal(split.Test, redrawn.Test);
        Assert.Equal(15, redrawn.Validation.Length);
    }

    [Fact]
    public void KnownDataSet_WithClipsMissing_NotesHowMany()
    {
        using TemporaryFolder words = PublishedTrees.SpeechCommands();
        File.Delete(words["cat/0a7c2a84_nohash_1.wav"]);
        string note = Assert.Single(DataSetCatalog.Read(words.Path).Notes);
        Assert.Contains("1 of 6", note, StringComparison.Ordinal);
        Assert.Contains("cat/0a7c2a84_nohash_1.wav", note, StringComparison.Ordinal);

        // A clip that is listed and not there stays a clip: reading it says so, as of any damaged file.
        using TemporaryFolder sounds = PublishedTrees.Esc50();
        File.Delete(sounds["audio/3-100030-A-0.wav"]);
        DataSet data = DataSetCatalog.Read(sounds.Path);
        Assert.Equal(30, data.Entries.Count);
        Assert.Contains("1 of 30", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void KnownDataSet_WithADamagedList_SaysTheLine()
    {
        using TemporaryFolder folder = PublishedTrees.UrbanSound8K();
        string list = folder["metadata/UrbanSound8K.csv"];
        File.AppendAllText(list, "short,row\r\n");
        string message = Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder.Path)).Message;
        Assert.Contains("line 42", message, StringComparison.Ordinal);
        Assert.Contains(list, message, StringComparison.Ordinal);
    }
}
