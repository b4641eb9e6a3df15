// Laws of .npy and CSV files, and bytes built by hand from the description of the .npy form.

using System.Text;
using CsCheck;
using NativeCnn.Model.Formats;

namespace NativeCnn.Tests.Model;

public sealed class MatrixFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void NpyFile_WriteThenRead_GivesTheSame()
    {
        string path = folder["x.npy"];
        foreach (int[] shape in new int[][] { [], [5], [2, 3], [4, 0, 2], [1, 2, 3, 4] })
        {
            double[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => i / 3.0 - 1)];
            NpyFile.Write<double>(path, values, shape);
            Assert.Equal(shape, NpyFile.Read<double>(path).Shape);
            Assert.Equal(values, NpyFile.Read<double>(path).Values);

            float[] singles = Array.ConvertAll(values, value => (float)value);
            NpyFile.Write<float>(path, singles, shape);
            Assert.Equal(singles, NpyFile.Read<float>(path).Values);
        }
    }

    [Fact]
    public void NpyFile_Written_IsByteForByteWhatNumPyWrites()
    {
        // np.save("x.npy", np.array([[1, 2, 3], [4, 5, 6]], np.float32)): a header of 118 bytes, data at 128.
        string dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117) + "\n";
        byte[] saved =
        [
            0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(dict),
            .. new float[] { 1, 2, 3, 4, 5, 6 }.SelectMany(BitConverter.GetBytes),
        ];

        NpyFile.Write<float>(folder["x.npy"], [1, 2, 3, 4, 5, 6], 2, 3);

        Assert.Equal(saved, File.ReadAllBytes(folder["x.npy"]));
    }

    [Fact]
    public void NpyFile_Version2_IsRead()
    {
        byte[] dict = Encoding.ASCII.GetBytes("{\"shape\": (2,), \"fortran_order\": False, \"descr\": \"<f8\"}\n");
        byte[] data = [.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(-2.0)];
        File.WriteAllBytes(
            folder["x.npy"], [0x93, .. "NUMPY"u8, 2, 0, .. BitConverter.GetBytes(dict.Length), .. dict, .. data]);

        Assert.Equal([1.5, -2], NpyFile.Read<double>(folder["x.npy"]).Values);
        Assert.Contains("'<f8'", Assert.Throws<NpyFormatException>(() => NpyFile.Read<float>(folder["x.npy"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<f8", false)]
    [InlineData("<f8", true)]
    [InlineData(">f4", true)]
    [InlineData("<i2", false)]
    [InlineData("<f2", true)]
    public void NpyFile_OfAnyTypeAndOrder_IsReadAsFloat32RowMajor(string descr, bool fortran)
    {
        // [[1, 2, 3], [4, 5, 6]]; in Fortran order its columns lie one after the other.
        double[] stored = fortran ? [1, 4, 2, 5, 3, 6] : [1, 2, 3, 4, 5, 6];
        byte[] dict = Encoding.ASCII.GetBytes(
            $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': (2, 3), }}\n");
        byte[] data = [.. stored.SelectMany(value => descr switch
        {
            "<f8" => BitConverter.GetBytes(value),
            ">f4" => [.. BitConverter.GetBytes((float)value).Reverse()],
            "<i2" => BitConverter.GetBytes((short)value),
            _ => BitConverter.GetBytes((Half)value),
        })];
        File.WriteAllBytes(
            folder["x.npy"],
            [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)dict.Length), .. dict, .. data]);

        NpyArray<float> array = NpyFile.ReadAsFloat32(folder["x.npy"]);

        Assert.Equal([2, 3], array.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], array.Values);
        File.WriteAllBytes(folder["x.npy"], File.ReadAllBytes(folder["x.npy"])[..^1]);
        Assert.Throws<NpyFormatException>(() => NpyFile.ReadAsFloat32(folder["x.npy"]));
    }

    [Fact]
    public void NpyFile_MutatedFile_IsReadOrRefusedAndNothingElse()
    {
        NpyFile.Write<float>(folder["x.npy"], [1, 2, 3, 4, 5, 6], 2, 3);
        byte[] original = File.ReadAllBytes(folder["x.npy"]);
        Gen.Select(Gen.Int[0, original.Length], Gen.Select(Gen.Int[0, 80], Gen.Byte).Array[0, 4]).Sample(
            (length, changes) =>
            {
                byte[] file = original[..(length < 70 ? length : original.Length)];
                foreach ((int at, byte value) in changes.Where(change => change.Item1 < file.Length))
                {
                    file[at] = value;
                }

                File.WriteAllBytes(folder["y.npy"], file);
                try
                {
                    NpyArray<float> array = NpyFile.Read<float>(folder["y.npy"]);
                    Assert.Equal(array.Values.Length, array.Shape.Aggregate(1, (a, b) => a * b));
                    NpyFile.ReadAsFloat32(folder["y.npy"]);
                }
                catch (NpyFormatException)
                {
                    // The only way out for a damaged file.
                }
            },
            iter: 2_000, threads: 1);
    }

    [Fact]
    public void CsvMatrix_Rows_ReadBackAsTheSameFloats()
    {
        CsvMatrix.Write(folder["x.csv"], [0.1f, -1e-20f, 3, float.MaxValue, 1f / 3, 0], 3);
        Assert.Equal("0.1,-1E-20,3\n3.4028235E+38,0.33333334,0\n", File.ReadAllText(folder["x.csv"]));
        Assert.Throws<ArgumentException>(() => CsvMatrix.Write(folder["x.csv"], [1, 2, 3], 2));
    }
}
