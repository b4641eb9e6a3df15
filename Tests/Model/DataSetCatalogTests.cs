// What a data set on disk is read as, and what is said when it is none.

using NativeCnn.Model.Data;

namespace NativeCnn.Tests.Model;

public sealed class DataSetCatalogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_ClassFolders_TakesNestedFilesAndNamesWithSpaces()
    {
        folder.Touch("dog bark/a.wav", "dog bark/day 2/deep/b.WAV", "Car/c.wav", "Car/notes.txt", "empty/readme.md");

        DataSet data = DataSetCatalog.Read(folder.Path);

        Assert.Equal(["Car", "dog bark"], data.Labels);
        Assert.Equal(["Car/c.wav", "dog bark/a.wav", "dog bark/day 2/deep/b.WAV"], Names(data));
        Assert.Equal([1, 2], data.CountByLabel());
        Assert.All(data.Entries, entry => Assert.True(File.Exists(entry.Path)));
        Assert.All(data.Entries, entry => Assert.Equal(data.Labels[entry.LabelIndex], entry.Label));
    }

    [Fact]
    public void Read_FlatFolder_TakesTheLabelUpToTheFirstUnderscore()
    {
        folder.Touch("9_jackson_1.wav", "0_theo_12.wav", "0_theo_2.wav", "README.md");

        DataSet data = DataSetCatalog.Read(folder.Path);

        Assert.Equal(["0", "9"], data.Labels);
        Assert.Equal(["0_theo_12.wav", "0_theo_2.wav", "9_jackson_1.wav"], Names(data));
    }

    [Fact]
    public void Read_HiddenFilesAndFolders_AreNotSeen()
    {
        folder.Touch("a/1.wav", "b/1.wav", "a/._1.wav", ".git/x.wav", "b/.cache/2.wav", ".DS_Store");

        Assert.Equal(["a/1.wav", "b/1.wav"], Names(DataSetCatalog.Read(folder.Path)));
    }

    [Fact]
    public void Read_Csv_TakesPathsFromItsFolderAndKeepsTheOtherColumns()
    {
        folder.Touch("clips/b.wav", "clips/a.wav", "clips/c, d.wav");
        string csv = folder.Text(
            "list.csv",
            "Label,path,split,fold,Recorder\r\ncat,clips/b.wav,train,2,zoom\r\ndog,clips/a.wav,VAL,1,phone\r\n"
            + "\r\ncat,\"clips/c, d.wav\",test,1,zoom\r\n");

        DataSet data = DataSetCatalog.Read(csv);

        Assert.Equal(["clips/a.wav", "clips/b.wav", "clips/c, d.wav"], Names(data));
        Assert.Equal([SplitPart.Validation, SplitPart.Train, SplitPart.Test], data.Entries.Select(e => e.Split));
        Assert.Equal(["1", "2", "1"], data.Entries.Select(e => e.Fold));
        Assert.Equal(["phone", "zoom", "zoom"], GroupBy.Of(data, "recorder"));
        Assert.Equal(["1", "2", "1"], GroupBy.Of(data, "fold"));
    }

    [Theory]
    [InlineData("path,class\na.wav,x\n", "line 1", "no column 'label'", "'path', 'class'")]
    [InlineData("path,label\na.wav,x\nb.wav,y\nc.wav,x\n", "line 4", "no file", "c.wav")]
    [InlineData("path,label\na.wav,x\n\nb.wav,\n", "line 4", "'label' is empty", "fill it in")]
    [InlineData("path,label\na.wav,x\nb.wav\n", "line 3", "1 fields", "header has 2")]
    [InlineData("path,label\na.wav,x\nb.txt,y\n", "line 3", "b.txt", ".wav")]
    [InlineData("path,label\na.wav,x\nb.wav,y\na.wav,y\n", "line 4", "a.wav", "already on line 2")]
    [InlineData("path,label,split\na.wav,x,train\nb.wav,y,holdout\n", "line 3", "'holdout'", "train, validation, test")]
    [InlineData("path,label,label\na.wav,x,x\n", "line 1", "'label'", "twice")]
    [InlineData("path,label\na.wav,\"x\"y\n", "line 2", "not valid CSV", "quotes")]
    [InlineData("path,label\n", "list.csv", "no rows", "add a row")]
    [InlineData("", "list.csv", "empty", "path,label")]
    [InlineData("path,label\na.wav,x\nb.wav,x\n", "Only one class", "'x'", "at least 2")]
    public void Read_WrongCsv_SaysWhereAndWhat(string content, params string[] said)
    {
        folder.Touch("a.wav", "b.wav", "b.txt");
        string csv = folder.Text("list.csv", content);

        AssertOneLine(Assert.Throws<DataSetException>(() => DataSetCatalog.Read(csv)), said);
    }

    [Fact]
    public void Read_NothingThere_SaysSo()
    {
        AssertOneLine(Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder["none"])), "no folder", "none");
        AssertOneLine(Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder["no.csv"])), "no CSV", "no.csv");
        string text = folder.Text("clips.zip", "PK");
        AssertOneLine(Assert.Throws<DataSetException>(() => DataSetCatalog.Read(text)), "clips.zip", ".csv");
    }

    [Fact]
    public void Read_FolderWithoutSound_SaysWhatWasFound()
    {
        AssertOneLine(Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder.Path)), "no files at all");

        folder.Touch("a/1.mp3", "b/2.mp3", "b/readme");
        AssertOneLine(
            Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder.Path)),
            "2 .mp3", "1 without an extension", ".wav");
    }

    [Fact]
    public void Read_SingleClass_IsAnErrorUnlessTheLabelsAreKnown()
    {
        folder.Touch("recordings/0_a_1.wav");

        AssertOneLine(
            Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder.Path)), "'recordings'", "at least 2");
        DataSet known = DataSetCatalog.Read(folder["recordings"], ["1", "0"]);
        Assert.Equal(1, known.Entries[0].LabelIndex);
        AssertOneLine(
            Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder["recordings"], ["cat", "dog"])),
            "'0'", "cat, dog");
    }

    [Fact]
    public void Read_MixedOrUnlabelledFolder_NamesTheFile()
    {
        folder.Touch("a/1.wav", "stray.wav");
        AssertOneLine(
            Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder.Path)), "a/1.wav", "stray.wav");

        folder.Touch("flat/cat_1.wav", "flat/meow.wav");
        AssertOneLine(
            Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder["flat"])), "meow.wav", "{label}");
    }

    [Fact]
    public void GroupBy_FileNames_GivePrefixAndSpeaker()
    {
        folder.Touch("0_theo_1.wav", "1_anna_1.wav");
        DataSet flat = DataSetCatalog.Read(folder.Path);
        Assert.Equal(["theo", "anna"], GroupBy.Of(flat, GroupBy.Speaker));
        Assert.Equal(["0", "1"], GroupBy.Of(flat, GroupBy.Prefix));
        AssertOneLine(Assert.Throws<DataSetException>(() => GroupBy.Of(flat, "room")), "'room'", "prefix, speaker");

        folder.Touch("esc/dog/1-100-A.wav", "esc/cat/2-7_b.wav", "esc/cat/whole.wav");
        DataSet nested = DataSetCatalog.Read(folder["esc"]);
        Assert.Equal(["2", "whole", "1"], GroupBy.Of(nested, GroupBy.Prefix));
        AssertOneLine(Assert.Throws<DataSetException>(() => GroupBy.Of(nested, GroupBy.Speaker)), "cat/2-7_b.wav");
    }

    private static IEnumerable<string> Names(DataSet data) => data.Entries.Select(entry => entry.RelativePath);

    private static void AssertOneLine(Exception error, params string[] said)
    {
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(said, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
