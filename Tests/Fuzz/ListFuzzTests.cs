// The law of all readers (ReaderFuzz) for what people list: CSV, JSON Lines, labels beside sounds, splits. RunFilesFuzzTests has the others of a run.
using System.Text;
using NativeCnn.Model.Data;
using NativeCnn.Model.Runs;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Fuzz;

public sealed class ListFuzzTests : IDisposable
{
    // A row is at least some bytes; of a clip, path, label, columns and what is known of it are kept.
    private const double ForAByteOfAList = 80;

    private static readonly string[] Tables =
    [
        "path,label\na.wav,yes\nb.wav,no\n",
        "path;label;speaker;split\r\na.wav;\"y;es\";anna;train\r\nb.wav;no;\"b\"\"c\";test\r\n",
        "file_name\tclass\tstart_time\tend_time\na.wav\tyes\t0:01.5\t2\nb.wav\tno\t3\t1:02:03\n",
        "\uFEFFfilename,fold,category\na.wav,1,\u017Elut\u00FD\nb.wav,2,ku\u030An\n",
        "path,label\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{(i % 2 == 0 ? 'a' : 'b')}{i}.wav,c{i}\n")),
        "a,b,c,d,e,f,g,h\n" + string.Concat(Enumerable.Repeat("1,2,3,4,5,6,7,8\n", 30)),
        "x\n" + string.Concat(Enumerable.Repeat("y\n", 300)),
        "x,y\n" + string.Concat(Enumerable.Repeat("\n,\n", 200)),
    ];

    private static readonly string[] Lines =
    [
        "{\"audio_filepath\":\"a.wav\",\"label\":\"yes\",\"duration\":1.5}\n{\"audio_filepath\":\"b.wav\",\"label\":\"no\"}\n",
        "{\"path\":\"a.wav\",\"label\":\"\\u00e9\",\"tags\":[1,2]}\r\n\r\n{\"path\":\"b.wav\",\"label\":null}\r\n",
        string.Concat(Enumerable.Range(0, 40).Select(i => $"{{\"k{i}\":{i}}}\n")),
        string.Concat(Enumerable.Repeat("{\"a\":1}\n", 100)),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Csv_MutatedAnyhow_IsReadOrRefused() => new ReaderFuzz(
        "CSV", ReaderFuzz.Texts(Tables), file => CsvTable.ReadAny(Written("x.csv", file), null), typeof(DataSetException))
    {
        IsText = true,
        BytesForAny = 1 << 19,
        BytesForAByte = 32,
    }.Holds();

    [Fact]
    public void JsonLines_MutatedAnyhow_AreReadOrRefused() => new ReaderFuzz(
        "JSON Lines", ReaderFuzz.Texts(Lines), file => CsvTable.ReadAny(Written("x.jsonl", file), null),
        typeof(DataSetException))
    {
        IsText = true,
        BytesForAByte = 50,
    }.Holds();

    [Fact]
    public void ListOfAnyEncoding_MutatedAnyhow_IsReadOrRefused() => new ReaderFuzz(
        "encodings",
        [
            [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Tables[1])],
            [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Tables[0])],
            [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes(Tables[0])],
            Encoding.Latin1.GetBytes(Tables[0]),
        ],
        file => CsvTable.ReadAny(Written("x.csv", file), file.Length % 2 == 0 ? "shift_jis" : "cp1252"),
        typeof(DataSetException))
    {
        BytesForAny = 1 << 19,
        BytesForAByte = 64,
    }.Holds();

    [Fact]
    public void DataSetOfAList_MutatedAnyhow_IsReadOrRefused()
    {
        folder.Touch("a.wav", "b.wav");
        folder.Touch([.. Enumerable.Range(0, 60).Select(i => $"{(i % 2 == 0 ? 'a' : 'b')}{i}.wav")]);
        foreach ((string name, string[] texts) in new[] { ("list.csv", Tables[..5]), ("list.jsonl", Lines[..1]) })
        {
            new ReaderFuzz(
                $"data set of {name}", ReaderFuzz.Texts(texts),
                file => DataSetCatalog.Read(Written(name, file), minimumClasses: 1), typeof(DataSetException))
            {
                IsText = true,
                Share = 4,
                BytesForAny = 1 << 20,
                BytesForAByte = ForAByteOfAList,
            }.Holds();
        }
    }

    [Fact]
    public void ListsBesideSounds_MutatedAnyhow_AreReadOrRefused()
    {
        folder.Touch("a.wav", "b.wav", "c_1.wav", "d_1.wav");
        foreach ((string name, string[] texts) in new (string, string[])[]
        {
            ("metadata.csv", Tables[..4]),
            ("metadata.jsonl", Lines[..1]),
            ("a.txt", ["0.5\t1.5\tyes\n2\t3,25\tno\n", "1\t2\tk\u016F\u0148\n\\\t100\t200\n3\t4\ty\n"]),
            ("info.labels",
            [
                "{\"version\":1,\"files\":[{\"path\":\"a.wav\",\"label\":{\"type\":\"label\",\"label\":\"x\"}},"
                    + "{\"path\":\"b.wav\",\"label\":\"y\"}]}",
            ]),
        })
        {
            new ReaderFuzz(
                name, ReaderFuzz.Texts(texts),
                file =>
                {
                    Written(name, file);
                    DataSetCatalog.Read(folder.Path, minimumClasses: 1);
                },
                typeof(DataSetException))
            {
                IsText = true,
                Share = 8,
                BytesForAny = 1 << 20,
                BytesForAByte = ForAByteOfAList,
            }.Holds();
            File.Delete(folder[name]);
        }
    }

    [Fact]
    public void PathsALine_MutatedAnyhow_AreReadOrRefused() => new ReaderFuzz(
        "paths", ReaderFuzz.Texts("a.wav\n# no\nb.wav\n", "\uFEFFa.wav\r\n\r\nsub/\u00FC.wav\r\n"),
        file => SoundPaths.Of(Written("x.m3u", file), new DataSetOptions(), _ => { }), typeof(DataSetException))
    {
        IsText = true,
        BytesForAByte = 200, // the list's own folder before each path
    }.Holds();

    [Fact]
    public void SplitOfARun_MutatedAnyhow_IsReadOrRefused() => new ReaderFuzz(
        "split.csv",
        ReaderFuzz.Texts(
            "path,label,side,start,end,content\n"
                + "a.wav,yes,train,,,00112233445566778899aabbccddeeff\n\"b,c.wav\",no,validation,0.5,1.5,\n",
            "path,label,side,start,end,content\n"
                + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i}.wav,c,test,,,{i:x32}\n"))),
        file => SplitRecord.TryLoad(Written("split.csv", file)), typeof(RunException))
    {
        IsText = true,
        BytesForAny = 1 << 19,
        BytesForAByte = 40,
        Kept = ReaderFuzz.Texts(
            "path,label,side,start,end,content\na.wav,yes,train,,,00112233445566778899aabbccddeeff00112233\n",
            "path,label,side,start,end,content\na.wav,yes,7,,,\n",
            "path,label,side,start,end,content\na.wav,yes,train,NaN,1,\n"),
    }.Holds();

    private string Written(string name, byte[] file)
    {
        File.WriteAllBytes(folder[name], file);
        return folder[name];
    }
}
