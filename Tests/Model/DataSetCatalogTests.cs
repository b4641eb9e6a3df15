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
    [InlineData(",", "\n", false)]
    [InlineData(";", "\r\n", true)]
    [InlineData("\t", "\r\n", false)]
    public void Read_Csv_TakesSeparatorsLineEndsAndByteOrderMarksAsTheyCome(string separator, string end, bool bom)
    {
        folder.Touch("dög bark/größe 1.WAV", "b, c; d.wav");
        string[][] rows = [["path", "label", "speaker"], ["dög bark/größe 1.WAV", "dog", "\"Ann \"\"A\"\"\""],
            ["\"b, c; d.wav\"", "cat", "Bob"]];
        string text = string.Concat(rows.Select(row => string.Join(separator, row) + end));
        File.WriteAllText(folder["list.csv"], text, new System.Text.UTF8Encoding(bom));

        DataSet data = DataSetCatalog.Read(folder["list.csv"]);

        Assert.Equal("CSV", data.Reader);
        Assert.Equal(["b, c; d.wav", "dög bark/größe 1.WAV"], Names(data));
        Assert.Equal(["Bob", "Ann \"A\""], GroupBy.Of(data, "speaker"));
    }

    [Fact]
    public void Read_CsvWrittenOnWindows_TakesBackslashesForFolders()
    {
        folder.Touch("clips/a.wav", "clips/b.wav");
        string csv = folder.Text("list.csv", "path,label\r\nclips\\a.wav,x\r\nclips\\b.wav,y\r\n");
        Assert.Equal(["clips/a.wav", "clips/b.wav"], Names(DataSetCatalog.Read(csv)));
    }

    [Fact]
    public void Read_CsvWithFolds_ValidatesWithTheLast()
    {
        folder.Touch("a1.wav", "a2.wav", "b1.wav", "b2.wav");
        string csv = folder.Text(
            "list.csv", "path,label,fold\na1.wav,a,2\na2.wav,a,10\nb1.wav,b,2\nb2.wav,b,10\n");
        DataSet data = DataSetCatalog.Read(csv);
        Assert.Equal(["2", "10"], data.Folds);
        Assert.Equal([1, 3], Splits.Of(data, 0.2, 0).Validation);

        csv = folder.Text("torn.csv", "path,label,fold\na1.wav,a,1\na2.wav,a,1\nb1.wav,b,2\nb2.wav,b,2\n");
        AssertOneLine(
            Assert.Throws<DataSetException>(() => Splits.Of(DataSetCatalog.Read(csv), 0.2, 0)),
            "'b'", "fold '2'", "--validation");
        Assert.Equal(2, Splits.Of(DataSetCatalog.Read(csv), 0.5, 0, redraw: true).Validation.Length);
    }

    [Fact]
    public void Read_FolderWithLinks_FollowsThemAndEndsInLoops()
    {
        using TemporaryFolder elsewhere = new();
        elsewhere.Touch("more/2.wav", "cats/deep/3.wav");
        folder.Touch("dog/1.wav", "dog/nested/4.wav");
        Directory.CreateSymbolicLink(folder["dog/nested/up"], folder.Path);
        Directory.CreateSymbolicLink(folder["dog/self"], folder["dog"]);
        Directory.CreateSymbolicLink(folder["dog/more"], elsewhere["more"]);
        Directory.CreateSymbolicLink(folder["cat"], elsewhere["cats"]);
        Directory.CreateSymbolicLink(elsewhere["cats/deep/round"], elsewhere["cats"]);
        Directory.CreateSymbolicLink(folder["broken"], folder["nowhere"]);
        Directory.CreateSymbolicLink(folder["circle"], folder["circle"]);

        DataSet data = DataSetCatalog.Read(folder.Path);

        Assert.Equal(["cat/deep/3.wav", "dog/1.wav", "dog/more/2.wav", "dog/nested/4.wav"], Names(data));
        Assert.Equal(["cat", "dog"], data.Labels);
    }

    [Fact]
    public void Read_ClassFolders_SayWhichReaderTookThemAndWhichFoldersAreEmpty()
    {
        folder.Touch("ja 日本/1.wav", "nein/ü.wAv", "silent/notes.txt", "_background_noise_/tap.wav");
        DataSet data = DataSetCatalog.Read(folder.Path);
        Assert.Equal("class folders", data.Reader);
        Assert.Equal(["ja 日本", "nein"], data.Labels);
        Assert.Contains("silent", Assert.Single(data.Notes), StringComparison.Ordinal);
        Assert.Equal([folder["_background_noise_/tap.wav"]], data.BackgroundNoise);
    }

    [Theory]
    [InlineData("path,klang\na.wav,x\n", "line 1", "no column 'label'", "'path', 'klang'", "--label-column")]
    [InlineData("Datei,label\na.wav,x\n", "line 1", "no column 'path'", "'Datei', 'label'", "--path-column")]
    [InlineData("path,label\na.wav,x\nb.wav,y\nc.wav,x\n", "line 4", "no file", "c.wav")]
    [InlineData("path,label\na.wav,x\n\nb.wav,\n", "line 4", "'label' is empty", "fill it in")]
    [InlineData("path,label\nc.wav,x\nd.wav,x\n\ne.wav,y\n", "line 2", "c.wav", "2 more", "lines 3, 5")]
    [InlineData("path,label\na.wav,x\n./a.wav,y\n", "line 3", "already on line 2", "one of the rows")]
    [InlineData("path;label\na.wav;x\nb.wav\n", "line 3", "1 fields", "header has 2")]
    [InlineData("path,label,fold\na.wav,x,1\nb.wav,y,\n", "line 3", "'fold' is empty", "fill it in")]
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

        folder.Touch("a/1.mid", "b/2.mid", "b/readme");
        AssertOneLine(
            Assert.Throws<DataSetException>(() => DataSetCatalog.Read(folder.Path)),
            "2 .mid", "1 without an extension", ".wav");
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
