// How people lay out their data: folders of parts, lists beside the sounds, columns by other names, segments,
// encodings, names in two forms of Unicode. Each is read as it is meant, or refused with the option that decides.
using System.Text;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Data;

namespace NativeCnn.Tests.Model;

public sealed class DataLayoutTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("train", "val", "test")]
    [InlineData("Training", "Validation", "Testing")]
    [InlineData("data/train", "data/valid", "data/eval")]
    [InlineData("TRAIN", "dev", "evaluation")]
    public void Parts_AreFoldersNamedSo_AndLabelsLieBelow(string train, string validation, string test)
    {
        folder.Touch(
            $"{train}/dog/1.wav", $"{train}/cat/deep/2.wav", $"{validation}/dog/3.wav", $"{test}/cat/4.wav",
            $"{test}/_background_noise_/n.wav");
        DataSet data = Read();
        Assert.Equal(["cat", "dog"], data.Labels);
        Assert.Equal(
            [
                ("dog", SplitPart.Train), ("cat", SplitPart.Train), ("dog", SplitPart.Validation),
                ("cat", SplitPart.Test),
            ],
            data.Entries.OrderBy(entry => Path.GetFileName(entry.Path))
                .Select(entry => (entry.Label, entry.Split!.Value)));
        Assert.Single(data.BackgroundNoise);
        Split split = Splits.Of(data, 0.2, 0);
        Assert.Equal((2, 1, 1), (split.Train.Length, split.Validation.Length, split.Test.Length));
    }

    [Fact]
    public void Parts_OfFlatFiles_TakeLabelsFromNames()
    {
        folder.Touch("train/dog_1.wav", "train/cat_1.wav", "test/dog_2.wav", "test/cat_2.wav");
        DataSet data = Read();
        Assert.Equal(["cat", "dog"], data.Labels);
        Assert.Equal(2, data.Entries.Count(entry => entry.Split == SplitPart.Test));
    }

    [Fact]
    public void Parts_BelowTheClasses_AreParts()
    {
        folder.Touch("dog/train/1.wav", "dog/test/2.wav", "cat/train/3.wav", "cat/test/4.wav");
        DataSet data = Read();
        Assert.Equal(["cat", "dog"], data.Labels);
        Assert.Equal(2, data.Entries.Count(entry => entry.Split == SplitPart.Test));

        folder.Touch("dog/5.wav");
        Refused("--part-folders", "dog/5.wav");
        Assert.All(Read(new DataSetOptions { PartFolders = PartFolders.Classes }).Entries, e => Assert.Null(e.Split));
    }

    [Fact]
    public void Parts_AmongOtherFolders_AreRefusedWithTheOptionThatDecides()
    {
        folder.Touch("train/a/1.wav", "train/b/1.wav", "test/a/2.wav", "test/b/3.wav", "dog/3.wav", "cat/4.wav");
        Refused("--part-folders", "train", "test", "cat");
        Assert.Equal(
            ["cat", "dog", "test", "train"],
            Read(new DataSetOptions { PartFolders = PartFolders.Classes }).Labels);
        DataSet parts = Read(new DataSetOptions { PartFolders = PartFolders.Parts });
        Assert.Equal(["a", "b"], parts.Labels);
        Assert.Contains("2 sounds", Assert.Single(parts.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_OneClassNamedTrainAmongOthers_IsAClass_AndTold()
    {
        folder.Touch("train/1.wav", "car/2.wav", "plane/3.wav");
        DataSet data = Read();
        Assert.Equal(["car", "plane", "train"], data.Labels);
        Assert.Contains("--part-folders", Assert.Single(data.Notes), StringComparison.Ordinal);

        folder.Touch("train/x/1.wav");
        File.Delete(folder["train/1.wav"]);
        folder.Touch("train/y/1.wav");
        Refused("--part-folders");
    }

    [Fact]
    public void EdgeImpulse_NamesAndItsList_GiveLabels()
    {
        folder.Touch(
            "training/hello_world.a1.wav.22.wav", "training/noise.a2.wav", "testing/noise.a3.wav",
            "testing/hello_world.4.wav");
        folder.Text("info.labels", """{"version":1,"files":[]}""");
        DataSet data = Read();
        Assert.Equal(["hello_world", "noise"], data.Labels);
        Assert.Equal(2, data.Entries.Count(entry => entry.Split == SplitPart.Train));

        folder.Text("info.labels", """
            {"version":1,"files":[
            {"path":"training/hello_world.a1.wav.22.wav","category":"training","label":{"type":"label","label":"x"}},
            {"path":"testing/noise.a3.wav","category":"testing","label":{"type":"unlabeled"}}]}
            """);
        data = Read();
        Assert.Equal(["hello_world", "noise", "x"], data.Labels);
        Assert.Equal(3, data.Entries.Count);
        Assert.Contains("1 sounds have no label", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metadata.csv", "file_name,label\n20230101_0.wav,low\n20230102_1.wav,high\n")]
    [InlineData("labels.csv", "Filename;Category\r\n20230101_0.wav;low\r\n20230102_1.wav;high\r\n")]
    [InlineData("meta/list.tsv", "audio\ttarget\n../20230101_0.wav\tlow\n20230102_1\thigh\n")]
    [InlineData("metadata.jsonl", "{\"file_name\":\"20230101_0.wav\",\"label\":\"low\"}\n"
        + "{\"file_name\":\"20230102_1.wav\",\"label\":\"high\"}\n")]
    [InlineData("x.csv", "id,Audio File,Class Name,,\n1,.\\20230101_0.wav,low,,\n2,20230102_1.wav,high,,\n,,,,\n")]
    public void ListBeside_IsRead(string list, string text)
    {
        folder.Touch("20230101_0.wav", "20230102_1.wav");
        Directory.CreateDirectory(Path.GetDirectoryName(folder[list])!);
        folder.Text(list, text);
        DataSet data = Read();
        Assert.Equal("list beside", data.Reader);
        Assert.Equal(["low", "high"], data.Entries.Select(entry => entry.Label));
        Assert.Contains(list, data.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void ListBeside_WithUnknownColumns_IsTold_AndReadByOption()
    {
        folder.Touch("a_1.wav", "b_1.wav");
        folder.Text("list.csv", "ton,Lautart\na_1.wav,x\nb_1.wav,y\n");
        DataSet data = Read();
        Assert.Equal(["a", "b"], data.Labels);
        Assert.Contains("--path-column \"ton\"", Assert.Single(data.Notes), StringComparison.Ordinal);

        data = Read(new DataSetOptions { PathColumn = "Ton", LabelColumn = "lautart" });
        Assert.Equal(["x", "y"], data.Labels);
        Refused(new DataSetOptions { LabelColumn = "klang" }, "--label-column");

        folder.Text("list.csv", "path,klang\na_1.wav,x\nb_1.wav,y\n");
        Assert.Contains("--label-column", Assert.Single(Read().Notes), StringComparison.Ordinal);
        folder.Text("list.csv", "a_1.wav,x\nb_1.wav,y\n");
        Assert.Contains("no header", Assert.Single(Read().Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void ListBeside_ThatLeavesSoundsOut_SaysHowMany()
    {
        folder.Touch("1.wav", "2.wav", "3.wav");
        folder.Text("list.csv", "path,label\n1.wav,x\n2.wav,y\n9.wav,y\n");
        DataSet data = Read();
        Assert.Equal(2, data.Entries.Count);
        Assert.Contains(data.Notes, note => note.Contains("1 of 3 sounds are in no list", StringComparison.Ordinal));
        Assert.Contains(data.Notes, note => note.Contains("1 rows of list.csv", StringComparison.Ordinal));
    }

    [Fact]
    public void ListsBeside_OneAPart_GiveParts_AndMustAgree()
    {
        folder.Touch("train/1.wav", "train/2.wav", "test/3.wav", "test/4.wav");
        folder.Text("train/metadata.csv", "file_name,label\n1.wav,x\n2.wav,y\n");
        folder.Text("test/metadata.csv", "file_name,label\n3.wav,x\n4.wav,y\n");
        Assert.Equal(
            [SplitPart.Test, SplitPart.Test, SplitPart.Train, SplitPart.Train],
            Read().Entries.Select(e => e.Split!.Value));

        folder.Text("all.csv", "path,label\ntrain/1.wav,other\n");
        Refused("all.csv", "'other'", "'x'");
    }

    [Fact]
    public void ListBeside_OfAFewOfManyClassFolders_IsNotReadAndTold()
    {
        folder.Touch("dog/1.wav", "dog/2.wav", "cat/1.wav", "cat/2.wav", "cat/3.wav");
        folder.Text("checked.csv", "path,label\ndog/1.wav,x\n");
        DataSet data = Read();
        Assert.Equal(["cat", "dog"], data.Labels);
        Assert.Contains("checked.csv", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path,label,start_time,end_time\nr.wav,a,0,1\nr.wav,b,1,2.5\n", ',')]
    [InlineData("Begin File\tBegin Time (s)\tEnd Time (s)\tSpecies\nr.wav\t0\t1\ta\nr.wav\t1\t2.5\tb\n", '\t')]
    [InlineData("filename,onset,offset,event_label\nr.wav,0,1,a\nr.wav,1.0,2.5,b\n", ',')]
    [InlineData("file;start;duration;class\nr.wav;0;1,0;a\nr.wav;1;1,5;b\n", ';')]
    [InlineData("path,start_ms,end_ms,label\nr.wav,0,1000,a\nr.wav,1000,2500,b\n", ',')]
    [InlineData("path,start,end,label\nr.wav,0:00,0:01,a\nr.wav,0:01,0:02.5,b\n", ',')]
    public void Segments_AreCut(string text, char separator)
    {
        float[] ramp = [.. Enumerable.Range(0, 3000).Select(i => i / 4096f)];
        WavWriter.WritePcm16(folder["r.wav"], ramp, 1000);
        string list = folder.Text(separator == '\t' ? "list.tsv" : "list.csv", text);
        DataSet data = DataSetCatalog.Read(list);
        FileClipReader reader = new();
        AudioClip[] clips = [.. data.Entries.Select(entry => reader.Read(entry))];
        Assert.Equal([1000, 1500], clips.Select(clip => clip.Samples.Length));
        Assert.Equal(ramp[1000], clips[1].Samples[0], 3);
        Assert.Equal(["a", "b"], data.Entries.Select(entry => entry.Label));
        Assert.NotEqual(reader.ContentKey(data.Entries[0]), reader.ContentKey(data.Entries[1]));
        Assert.NotEqual(reader.ContentHash(data.Entries[0]), reader.ContentHash(data.Entries[1]));
    }

    [Theory]
    [InlineData("r.wav,a,2,4\n", "line 3", "4", "3 s long")]
    [InlineData("r.wav,a,3.5,\n", "line 3", "end", "empty")]
    [InlineData("r.wav,a,2,1\n", "line 3", "before its end")]
    [InlineData("r.wav,a,x,1\n", "line 3", "'x'", "no time")]
    [InlineData("r.wav,a,-1,1\n", "line 3")]
    [InlineData("r.wav,b,0,1\n", "line 3", "already on line 2")]
    public void Segments_ThatAreNone_NameTheLine(string row, params string[] said)
    {
        WavWriter.WritePcm16(folder["r.wav"], new float[3000], 1000);
        string list = folder.Text("list.csv", "path,label,start,end\nr.wav,b,0,1\n" + row);
        DataSetException error = Assert.Throws<DataSetException>(() =>
        {
            FileClipReader reader = new();
            foreach (ClipEntry entry in DataSetCatalog.Read(list).Entries)
            {
                reader.Read(entry);
            }
        });
        Assert.All(said, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void AudacityLabels_BesideTheirSounds_AreSegments()
    {
        WavWriter.WritePcm16(folder["rec.wav"], new float[4000], 1000);
        folder.Text("rec.txt", "0.0\t1.5\tdog\n\\\t100\t200\n1,5\t4\tcat\n");
        DataSet data = Read();
        Assert.Equal(["dog", "cat"], data.Entries.Select(entry => entry.Label));
        Assert.Equal(
            [(0.0, 1.5), (1.5, 4.0)],
            data.Entries.Select(entry => (entry.Segment!.Value.Start, entry.Segment.Value.End)));

        folder.Text("rec.txt", "what he said\n");
        folder.Text("list.csv", "ton,Lautart\nrec.wav,x\n");
        Refused("rec.wav", "--path-column");
    }

    [Fact]
    public void Labels_OfSeveralNames_AreTold()
    {
        folder.Touch("1.wav", "2.wav");
        DataSet data = DataSetCatalog.Read(folder.Text("l.csv", "fname,labels\n1.wav,\"Bark,Dog\"\n2.wav,Cat\n"));
        Assert.Contains("'Bark,Dog'", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Segments_OfOneFile_StayOnOneSide()
    {
        StringBuilder text = new("path,label,start,end\n");
        for (int file = 0; file < 40; file++)
        {
            folder.Touch($"{file}.wav");
            for (int part = 0; part < 1 + (file % 4); part++)
            {
                text.Append($"{file}.wav,{(file + part) % 3},{part},{part + 1}\n");
            }
        }

        DataSet data = DataSetCatalog.Read(folder.Text("list.csv", text.ToString()));
        for (long seed = 0; seed < 20; seed++)
        {
            Split split = Splits.Of(data, 0.2, seed);
            Assert.Empty(split.Train.Select(i => data.Entries[i].Path).Intersect(
                split.Validation.Select(i => data.Entries[i].Path)));
            Assert.InRange(split.Validation.Length, 0.1 * data.Entries.Count, 0.35 * data.Entries.Count);
            Assert.Equal(data.Entries.Count, split.Train.Length + split.Validation.Length);
        }
    }

    [Theory]
    [InlineData("cp1252", "windows-1252", "avó", "avô")]
    [InlineData("latin1", "iso-8859-1", "avó", "avô")]
    [InlineData("shift_jis", "shift_jis", "犬", "猫")]
    [InlineData("cp1251", "windows-1251", "да", "нет")]
    public void Encoding_OfAList_IsRefusedOrNamed(string name, string web, string first, string second)
    {
        folder.Touch("1.wav", "2.wav");
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllText(
            folder["list.csv"], $"path,label\n1.wav,{first}\n2.wav,{second}\n", Encoding.GetEncoding(web));
        Refused("list.csv", "line 2", "--encoding");
        Assert.Equal([first, second], Read(new DataSetOptions { Encoding = name }).Entries.Select(e => e.Label));
        Refused(new DataSetOptions { Encoding = "klingon" }, "'klingon'", "--encoding");
    }

    [Fact]
    public void Encoding_Utf16WithItsMark_IsRead()
    {
        folder.Touch("1.wav", "2.wav");
        foreach (Encoding encoding in new Encoding[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            File.WriteAllText(folder["list.csv"], "path\tlabel\r\n1.wav\tavó\r\n2.wav\tavô\r\n", encoding);
            Assert.Equal(["avó", "avô"], Read().Labels);
        }
    }

    [Theory]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("e\u0323\u0302", "\u1ec7")]
    [InlineData("e\u0302\u0323", "\u1ec7")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("\u304b\u3099", "\u304c")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("plain", "plain")]
    public void UnicodeForm_C_IsThatOfTheStandard(string given, string form)
    {
        Assert.Equal(form, UnicodeForm.C(given));
        Assert.Equal(form, UnicodeForm.C(form));
    }

    [Fact]
    public void Names_InTwoForms_AreOneClass_AndFilesOpenByTheirOwn()
    {
        folder.Touch("cafe\u0301/cafe\u0301.wav", "caf\u00e9/caf\u00e9.wav", "caf\u00e9/2.wav", "tea/1.wav");
        DataSet data = Read();
        Assert.Equal(["caf\u00e9", "tea"], data.Labels);
        Assert.Equal(4, data.Entries.Select(entry => entry.RelativePath).Distinct().Count());
        Assert.All(data.Entries, entry => Assert.True(File.Exists(entry.Path)));

        string list = folder.Text("list.csv", "path,label\ncafe\u0301/2.wav,na\u00efve\ntea/1.wav,nai\u0308ve\n");
        DataSet listed = DataSetCatalog.Read(list, ["nai\u0308ve", "x"]);
        Assert.Equal([0, 0], listed.Entries.Select(entry => entry.LabelIndex));
        Assert.All(listed.Entries, entry => Assert.True(File.Exists(entry.Path)));
    }

    [SkippableFact]
    public void Names_ThatAreNotUtf8_AreLeftOutAndTold()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        folder.Touch("a/1.wav", "b/1.wav");
        Shell("mkdir");
        DataSet data = Read();
        Shell("rmdir");
        Assert.Equal(["a", "b"], data.Labels);
        Assert.Contains("1 name is not UTF-8", Assert.Single(data.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void SplitNotes_TellWhatFlatters()
    {
        folder.Touch(
            [.. from label in new[] { "yes", "no" }
                from speaker in new[] { "ann", "bob", "eve" }
                from index in new[] { 1, 2, 3 }
                select $"{label}_{speaker}_{index}.wav"]);
        DataSet data = Read();
        IReadOnlyList<string> notes = SplitNotes.Of(data, Splits.Of(data, 0.4, 1), groupBy: null);
        Assert.Contains("--group speaker", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Empty(SplitNotes.Of(data, Splits.Of(data, 0.34, 1, "speaker"), "speaker"));
        Assert.Contains(
            SplitNotes.Of(data, Splits.Of(data, 0.1, 1), groupBy: null),
            note => note.Contains("2 classes have one validation clip (no, yes)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x.mp2")]
    [InlineData("x.WAV")]
    [InlineData("x.sph")]
    public void SoundFiles_OfEveryDecoder_AreSounds(string name) => Assert.True(SoundFiles.IsSound(name));

    private DataSet Read(DataSetOptions? options = null) => DataSetCatalog.Read(folder.Path, options: options);

    private void Shell(string command)
    {
        using var shell = System.Diagnostics.Process.Start(
            "sh", ["-c", $"{command} \"$(printf '{folder.Path}/ca\\351')\""]);
        shell.WaitForExit();
    }

    private void Refused(params string[] said) => Refused(new DataSetOptions(), said);

    private void Refused(DataSetOptions options, params string[] said)
    {
        DataSetException error = Assert.Throws<DataSetException>(() => Read(options));
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(said, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
