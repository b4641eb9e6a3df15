// Laws of the weights' format: what is written is read back, the same input gives the same bytes, other people's
// files open, and no damaged file does anything but say that it is damaged.

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using NativeCnn.Model.Formats;

namespace NativeCnn.Tests.Model;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void SafeTensors_WriteThenRead_GivesTheSame() =>
        Gen.Dictionary(Gen.String[1, 12].Where(IsText), Gen.Float.Array[0, 20])[0, 6].Sample(tensors =>
        {
            SafeTensorsFile file = SafeTensors.Parse(
                Bytes(tensors.ToDictionary(t => t.Key, t => SafeTensor.From<float>(t.Value, t.Value.Length))), "x");
            Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
            Assert.All(tensors, tensor => Assert.Equal(tensor.Value, file[tensor.Key].AsFloat32().ToArray()));
        });

    [Fact]
    public void SafeTensors_EveryType_IsReadAsItself()
    {
        Dictionary<string, string> metadata = new() { ["b"] = "ü\n\"", ["a"] = "1" };
        SafeTensors.Write(folder["all.safetensors"], Example(), metadata);
        SafeTensorsFile file = SafeTensors.Read(folder["all.safetensors"]);

        Assert.Equal([1.5f, -2, float.NaN, 0, 1, 2], file["weight"].AsFloat32().ToArray());
        Assert.Equal([2, 3], file["weight"].Shape);
        Assert.Equal([Math.PI], file["mean"].AsFloat64().ToArray());
        Assert.Empty(file["mean"].Shape);
        Assert.Equal([long.MinValue], file["step"].AsInt64().ToArray());
        Assert.Equal([7, -7], file["order"].AsInt32().ToArray());
        Assert.Equal([1, 2, 255], file["mask"].As<byte>().ToArray());
        Assert.Equal(0, file["empty"].Count);
        Assert.Equal("ü\n\"", file.Metadata["b"]);
        Assert.Contains("F32", Assert.Throws<SafeTensorsException>(() => file["weight"].AsInt64().Length).Message,
            StringComparison.Ordinal);
        Assert.Contains("weight", Assert.Throws<SafeTensorsException>(() => file["wieght"]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SafeTensors_SameContentInAnyOrder_GivesTheSameBytes()
    {
        Dictionary<string, SafeTensor> reversed = new(Example().Reverse());
        Assert.Equal(Bytes(Example()), Bytes(reversed));
    }

    [Fact]
    public void SafeTensors_EveryTensor_IsAlignedToItsElement()
    {
        byte[] bytes = Bytes(Example());
        int start = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, start % 8);
        foreach ((string name, SafeTensor tensor) in SafeTensors.Parse(bytes, "x").Tensors)
        {
            Assert.True(MemoryMarshal.TryGetArray(tensor.Bytes, out ArraySegment<byte> at));
            Assert.True((at.Offset - start) % tensor.Type.SizeInBytes() == 0, name);
        }
    }

    [Fact]
    public void SafeTensors_FilesOfTheReference_AreRead()
    {
        string golden = Environment.GetEnvironmentVariable("NATIVECNN_GOLDEN")
            ?? Path.Combine(AppContext.BaseDirectory, "Golden");
        string[] files = Directory.GetFiles(golden, "*.safetensors");
        Assert.NotEmpty(files);
        foreach (string path in files)
        {
            SafeTensorsFile file = SafeTensors.Read(path);
            Assert.NotEmpty(file.Metadata["producer"]);
            Assert.NotEmpty(file.Tensors);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "damaged")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 8, "not within")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "not within")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "-1")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "'F31'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "no 'data_offsets'")]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "'shape' is Number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0]}}""", 4, "begin and end")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "strings")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""",
        3, "overlap")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""",
        1, "JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,1]}}""", 1, "takes")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1, "JSON")]
    [InlineData("""[]""", 0, "not an object")]
    [InlineData("""{""", 0, "JSON")]
    public void SafeTensors_WrongHeader_SaysWhatIsWrong(string header, int dataSize, string said)
    {
        byte[] file = Encode(header, dataSize);
        var error = Assert.Throws<SafeTensorsException>(() => SafeTensors.Parse(file, "w.safetensors"));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains("'w.safetensors'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 0 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, (byte)'{' })]
    public void SafeTensors_FileCutShort_IsRefused(byte[] file) =>
        Assert.Throws<SafeTensorsException>(() => SafeTensors.Parse(file, "x"));

    [Fact]
    public void SafeTensors_HugeShapeWithAZero_IsEmpty()
    {
        byte[] file = Encode("""{"a":{"dtype":"F64","shape":[2147483647,2147483647,0],"data_offsets":[0,0]}}""", 0);
        Assert.Equal(0, SafeTensors.Parse(file, "x")["a"].Count);
    }

    // A mutation sets a byte, cuts the file, or repeats a piece of it; the header is hit as often as all the data.
    [Fact]
    public void SafeTensors_MutatedFile_IsReadOrRefusedAndNothingElse()
    {
        byte[] original = Bytes(Example(), new Dictionary<string, string> { ["producer"] = "fuzz" });
        Gen<(int, int, byte)> mutation = Gen.Select(Gen.Int[0, 9], Gen.Int[0, original.Length - 1], Gen.Byte);
        mutation.Array[1, 6].Sample(
            mutations =>
            {
                List<byte> file = [.. original];
                foreach ((int kind, int at, byte value) in mutations.Where(m => m.Item2 < file.Count))
                {
                    switch (kind)
                    {
                        case 0: file.RemoveRange(at, file.Count - at); break;
                        case 1: file.RemoveAt(at); break;
                        case 2: file.InsertRange(at, file.Skip(at).Take(value % 16).ToArray()); break;
                        case < 7: file[at] = "0123456789,:[]{}\"\\-eu"u8[value % 21]; break;
                        default: file[at] = value; break;
                    }
                }

                try
                {
                    Assert.All(SafeTensors.Parse(file.ToArray(), "x").Tensors, t => Assert.True(t.Value.Count >= 0));
                }
                catch (SafeTensorsException)
                {
                    // The only way out for a damaged file.
                }
            },
            iter: 20_000);
    }

    [Fact]
    public void AtomicFile_WriterThatFails_LeavesTheOldFileAndNothingElse()
    {
        AtomicFile.WriteText(folder["x.txt"], "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder["x.txt"], stream =>
        {
            stream.Write("new"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(folder["x.txt"]));
        AtomicFile.WriteText(folder["x.txt"], "new");
        Assert.Equal("new", File.ReadAllText(folder["x.txt"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    private static Dictionary<string, SafeTensor> Example() => new()
    {
        ["mask"] = SafeTensor.From<byte>([1, 2, 255], 3),
        ["weight"] = SafeTensor.From([1.5f, -2, float.NaN, 0, 1, 2], 2, 3),
        ["mean"] = SafeTensor.From([Math.PI]),
        ["step"] = SafeTensor.From([long.MinValue], 1),
        ["order"] = SafeTensor.From([7, -7], 2),
        ["empty"] = SafeTensor.From<float>([], 0, 5),
    };

    private static byte[] Encode(string header, int dataSize) =>
        [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[dataSize]];

    private static byte[] Bytes(
        IReadOnlyDictionary<string, SafeTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    // Half a surrogate pair is no text and has no place in JSON.
    private static bool IsText(string name) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) == name;
}
