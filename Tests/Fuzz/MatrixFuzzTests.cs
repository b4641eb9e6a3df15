// The law of all readers (ReaderFuzz) for arrays and packs: .npy, features that were kept, references of `features diff`.
using System.Text;
using NativeCnn.Features.Options;
using NativeCnn.Model.Caching;
using NativeCnn.Model.Formats;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Differences;

namespace NativeCnn.Tests.Fuzz;

public sealed class MatrixFuzzTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Npy_MutatedAnyhow_IsReadOrRefused() => new ReaderFuzz(
        ".npy", [Npy("<f4", "False", "(5, 4)", 80), Npy("<f8", "True", "(2, 5)", 80), Npy("<i2", "True", "(1, 40)", 80)],
        file =>
        {
            NpyArray<float> array = NpyFile.ReadAsFloat32(Written("x.npy", file));
            Assert.Equal(array.Values.Length, array.Shape.Aggregate(1, (a, b) => a * b));
        },
        typeof(NpyFormatException))
    {
        Kept =
        [
            Npy("<f4", "True", "(" + string.Concat(Enumerable.Repeat("1,", 5000)) + "20)", 80),
            Npy("<f4", "False", "(0, 2147483647, 2147483647)", 0),
            Npy("<f4", "False", "(5, 4), 'x\n\u0001': 1", 80),
        ],
    }.Holds();

    [Fact]
    public void NpyOfOneType_MutatedAnyhow_IsReadOrRefused() => new ReaderFuzz(
        ".npy of float32", [Npy("<f4", "False", "(5, 4)", 80)],
        file => NpyFile.Read<float>(Written("x.npy", file)), typeof(NpyFormatException)).Holds();

    /// <summary>`features diff` reads what another system wrote.</summary>
    [Fact]
    public void Reference_MutatedAnyhow_IsReadOrRefused()
    {
        SafeTensors.Write(
            folder["seed.safetensors"],
            new Dictionary<string, SafeTensor>
            {
                ["mfcc"] = SafeTensor.From<float>(new float[20], 4, 5),
                ["signal"] = SafeTensor.From<float>(new float[40], 40),
            },
            new Dictionary<string, string>
            {
                ["producer"] = "librosa",
                ["config"] = "{\"sr\": 8000, \"n_fft\": 256, \"hop_length\": 80, \"n_mels\": 40, \"n_mfcc\": 13}",
            });
        new ReaderFuzz(
            "reference", [File.ReadAllBytes(folder["seed.safetensors"])],
            file => ReferenceFile.Read(Written("x.safetensors", file)),
            typeof(SafeTensorsException), typeof(FeatureOptionsException))
        {
            IsText = true,
            BytesForAByte = 20,
        }.Holds();
    }

    /// <summary>A pack that is damaged counts as not there: no exception, and no wrong row.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pack_MutatedAnyhow_IsNotThereOrGivesItsRows(bool isHalf)
    {
        const int rows = 6;
        const string settings = "settings";
        var layout = new PackLayout(8, 2, isHalf);
        float[] values = [.. Enumerable.Range(0, rows * 8).Select(i => (float)i)];
        string path = folder["seed.pack"];
        using (FeaturePackWriter writer = FeaturePackWriter.Create(folder.Path, settings, layout, rows))
        {
            writer.Write(0, [1, 2, 3, 4, 5, 6], values, new float[rows * 2]);
            writer.Complete(path).Dispose();
        }

        new ReaderFuzz(
            "feature pack", [File.ReadAllBytes(path)],
            file =>
            {
                using FeaturePack? pack = FeaturePack.TryOpen(Written("x.pack", file), settings, layout);
                float[] row = new float[8];
                float[] notes = new float[2];
                for (int i = 0; i < pack?.Keys.Length; i++)
                {
                    if (pack.IsWritten(i) && pack.TryRead(i, row, notes))
                    {
                        int at = 8 * ((int)pack.Keys[i] - 1);
                        Assert.Equal(values[at..(at + 8)], row);
                    }
                }

                if (pack is null)
                {
                    throw new InvalidDataException("not there");
                }
            },
            typeof(InvalidDataException))
        {
            Kept = [Claiming(File.ReadAllBytes(path), 50_000_000), Claiming(File.ReadAllBytes(path), int.MaxValue)],
        }.Holds();
    }

    private static byte[] Claiming(byte[] pack, int rows)
    {
        BitConverter.TryWriteBytes(pack.AsSpan(8), rows);
        return pack;
    }

    private static byte[] Npy(string descr, string fortran, string shape, int bytes)
    {
        string dict = $"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n";
        byte[] text = Encoding.Latin1.GetBytes(dict);
        return [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)text.Length), .. text, .. new byte[bytes]];
    }

    private string Written(string name, byte[] file)
    {
        File.WriteAllBytes(folder[name], file);
        return folder[name];
    }
}
