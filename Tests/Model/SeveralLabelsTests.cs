// When a label cell of a list names several labels, and when it is one class.

using NativeCnn.Engine.Operators;
using NativeCnn.Model.Data;

namespace NativeCnn.Tests.Model;

public sealed class SeveralLabelsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(';')]
    [InlineData('|')]
    public void Cells_OfSeveralLabels_AreTakenApart(char separator)
    {
        DataSet data = Read(["b;a", "a", " b ; c ", "", "a;b", "c;a", "c"], separator: separator);

        Assert.Equal(["a", "b", "c"], data.Labels);
        Assert.Equal(
            ["0 1", "0", "1 2", "", "0 1", "0 2", "2"],
            data.Entries.Select(entry => string.Join(' ', data.LabelsOf(entry))));
        Assert.Equal($"a{separator}b", data.Entries[0].Label);
        Assert.Equal(data.Entries[0].LabelIndex, data.Entries[4].LabelIndex);
        Assert.Equal([4, 3, 3], data.CountByLabel());
        Assert.Contains("3 labels, 1.43 a clip and at most 2, 1 of 7 clips with none", Assert.Single(data.Notes),
            StringComparison.Ordinal);
    }

    /// <summary>Names that merely hold the letter have more parts than there are names.</summary>
    [Theory]
    [InlineData("yes; please", "no", "maybe")]
    [InlineData("Animal|Dog", "Animal|Cat", "Vehicle|Car")]
    [InlineData("a;b", "c;d", "a;b")]
    public void Cells_ThatAreNames_StayClasses(params string[] cells)
    {
        DataSet data = Read(cells);

        Assert.Null(data.LabelSets);
        Assert.Equal(cells.Distinct().Order(StringComparer.Ordinal), data.Labels);
    }

    [Fact]
    public void Cells_WhereTheUserDecides_AreReadAsTold()
    {
        string[] pairs = ["a;b", "a", "b", "b;a"];
        Assert.Equal(["a", "a;b", "b", "b;a"], Read(pairs, MultiLabel.Off).Labels);
        Assert.Equal(["a", "b", "c", "d"], Read(["a;b", "c;d", "c"], MultiLabel.On).Labels);

        // A comma separates only then.
        string[] commas = ["\"a,b\"", "a", "b", "\"b,c\"", "c"];
        Assert.Null(Read(commas).LabelSets);
        Assert.Equal(["a", "b", "c"], Read(commas, MultiLabel.On).Labels);
    }

    [Fact]
    public void Cells_ThatAreEmpty_AreRefusedWhereAClipHasOneLabel()
    {
        DataSetException error = Assert.Throws<DataSetException>(() => Read(["a", "", "b"]));
        Assert.Contains("line 3: the column 'label' is empty; fill it in", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_WithTheLetterInTheirNames_StayClasses()
    {
        folder.Touch("a;b/1.wav", "a/1.wav", "b/1.wav", "b;a/1.wav");

        Assert.Equal(["a", "a;b", "b", "b;a"], DataSetCatalog.Read(folder.Path).Labels);
        DataSetException error = Assert.Throws<DataSetException>(() => DataSetCatalog.Read(
            folder.Path, options: new DataSetOptions { MultiLabel = MultiLabel.On }));
        Assert.Contains("need a list", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_BesideTheirSounds_AreTakenApartToo()
    {
        folder.Touch("sounds/0.wav", "sounds/1.wav", "sounds/2.wav");
        folder.Text("labels.csv", "file,label\nsounds/0.wav,a;b\nsounds/1.wav,b\nsounds/2.wav,a\n");

        DataSet data = DataSetCatalog.Read(folder.Path);

        Assert.Equal(["a", "b"], data.Labels);
        Assert.Equal(["0 1", "1", "0"], data.Entries.Select(entry => string.Join(' ', data.LabelsOf(entry))));
    }

    /// <summary>As a run measures other data: its labels in its order, whatever separates them there.</summary>
    [Fact]
    public void Labels_OfARun_KeepTheirOrderAndNoneIsAdded()
    {
        var options = new DataSetOptions { MultiLabel = MultiLabel.On, LabelSeparator = '|' };
        DataSet data = Read(["a;b", "", "c"], labels: ["c", "b", "a"], options: options);

        Assert.Equal(["1 2", "", "0"], data.Entries.Select(entry => string.Join(' ', data.LabelsOf(entry))));
        Assert.Contains("The class 'x' of '0.wav'", Assert.Throws<DataSetException>(
            () => Read(["a;x"], labels: ["c", "b", "a"], options: options)).Message, StringComparison.Ordinal);
        Assert.Contains("The class 'a;b'", Assert.Throws<DataSetException>(() => Read(
            ["a;b", "a", "b"], MultiLabel.Off, labels: ["a", "b"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelSets_AsBits_HaveABitALabel()
    {
        var sets = new LabelSets([[0, 31, 32], [], [69]], 70, ';');

        Assert.Equal(3, LabelSetTargets.WordsOf(70));
        Assert.Equal([int.MinValue + 1, 1, 0, 0, 0, 0, 0, 0, 1 << 5], sets.ToBits());
        Assert.Throws<ArgumentException>(() => new LabelSets([[3]], 3, ';'));
    }

    private DataSet Read(
        string[] cells, MultiLabel multiLabel = MultiLabel.Auto, char separator = ';', string[]? labels = null,
        DataSetOptions? options = null)
    {
        folder.Touch([.. cells.Select((_, i) => $"{i}.wav")]);
        string list = folder.Text(
            "list.csv", "path,label\n" +
                string.Concat(cells.Select((cell, i) => $"{i}.wav,{cell.Replace(';', separator)}\n")));
        return DataSetCatalog.Read(list, labels, options: options ?? new DataSetOptions { MultiLabel = multiLabel });
    }
}
