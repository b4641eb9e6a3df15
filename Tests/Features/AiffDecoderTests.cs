// AIFF built by another library's writer, and by hand where that has none of the kind, decodes to the samples that went
// in; what is damaged fails in a line.

using System.Buffers.Binary;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Model;
using NAudio.Wave;

namespace NativeCnn.Tests.Features;

public sealed class AiffDecoderTests
{
    private static readonly AiffDecoder Decoder = new(new FfmpegDecoder("nowhere"));

    [Theory]
    [InlineData(16, 1)]
    [InlineData(24, 2)]
    [InlineData(16, 3)]
    public void Aiff_ByNAudiosWriter_GivesTheSamplesThatItsReaderGives(int bits, int channels)
    {
        using var folder = new TemporaryFolder();
        string path = folder["sound.aiff"];
        float[] sound = [.. Enumerable.Range(0, 300 * channels).Select(i => (float)Math.Sin(i * 0.37) * 0.9f)];
        using (var writer = new AiffFileWriter(path, new WaveFormat(22050, bits, channels)))
        {
            writer.WriteSamples(sound, 0, sound.Length);
        }

        AudioClip clip = AudioFile.Read(path);

        using var reader = new AiffFileReader(path);
        byte[] bytes = new byte[reader.Length];
        int read = reader.Read(bytes, 0, bytes.Length);
        byte[] wav = new WavBytes { Bits = bits, Channels = channels, SampleRate = 22050 }.BuildRaw(bytes[..read]);
        Assert.Equal(new WavDecoder().Decode(wav, "wav").Samples, clip.Samples);
        Assert.Equal((22050, channels, bits), (clip.SampleRate, clip.Channels, clip.BitsPerSample));
    }

    [Theory]
    [InlineData("NONE", 8, "80407F", new[] { -1f, 0.5f, 127 / 128f })]
    [InlineData("twos", 16, "800040000001", new[] { -1f, 0.5f, 1 / 32768f })]
    [InlineData("sowt", 16, "008000400100", new[] { -1f, 0.5f, 1 / 32768f })]
    [InlineData("sowt", 8, "804000", new[] { -1f, 0.5f, 0f })]
    [InlineData("raw ", 8, "00C080", new[] { -1f, 0.5f, 0f })]
    [InlineData("in24", 24, "800000400000", new[] { -1f, 0.5f })]
    [InlineData("in32", 32, "8000000040000000", new[] { -1f, 0.5f })]
    [InlineData("fl32", 32, "BF8000003F000000", new[] { -1f, 0.5f })]
    [InlineData("fl64", 64, "BFF00000000000003FE0000000000000", new[] { -1f, 0.5f })]
    [InlineData("ulaw", 16, "FF7F", new[] { 0f, 0f })]
    public void Aifc_OfEachKind_GivesItsSamples(string kind, int bits, string data, float[] expected)
    {
        byte[] file = Build(kind, bits, 8000, expected.Length, Convert.FromHexString(data));

        AudioClip clip = Decoder.Decode(file, "test.aifc");

        Assert.Equal(expected, clip.Samples);
        Assert.Equal(8000, clip.SampleRate);
    }

    [Theory]
    [InlineData(0, "truncated: the `COMM` chunk at byte")]
    [InlineData(1, "no `SSND` chunk")]
    [InlineData(3, "no ffmpeg on the PATH")]
    [InlineData(4, "at 0 Hz")]
    [InlineData(5, "fewer than it says")]
    public void Aiff_ThatIsDamaged_FailsInALineThatSaysWhere(int which, string reason)
    {
        byte[] data = [0, 1, 0, 2, 0, 3];
        byte[] whole = Build("NONE", 16, 8000, 3, data);
        byte[] file = which switch
        {
            0 => whole[..40],
            1 => whole[..54],
            3 => Build("ima4", 16, 8000, 3, data),
            4 => Build("NONE", 16, 0, 3, data),
            _ => [.. whole[..62], 0, 0, 0, 99, .. whole[66..]],
        };

        string message = Assert.Throws<AudioFormatException>(() => Decoder.Decode(file, "test.aiff")).Message;

        Assert.StartsWith("test.aiff: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Aiff_WithAnOddChunk_IsReadWithItsPadByteAndWithout(bool padded)
    {
        byte[] whole = Build("NONE", 16, 8000, 3, [0, 1, 0, 2, 0, 3]);
        byte[] odd = [.. "NAME"u8, 0, 0, 0, 3, .. "abc"u8, .. new byte[padded ? 1 : 0]];

        AudioClip clip = AudioFile.Decode([.. whole[..12], .. odd, .. whole[12..]], "test.aiff");

        Assert.Equal(AudioFile.Decode(whole, "test.aiff").Samples, clip.Samples);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(4, 1)]
    public void Aiff_ThatIsCutShort_GivesWhatIsThereWithARemark(int bytes, int samples)
    {
        byte[] whole = Build("NONE", 16, 8000, 3, [0, 1, 0, 2, 0, 3]);

        AudioClip clip = AudioFile.Decode(whole.AsSpan(0, whole.Length - bytes), "test.aiff");

        Assert.Equal(new[] { 1f / 32768, 2f / 32768 }[..samples], clip.Samples);
        Assert.Equal(AudioRemarkKind.CutShort, clip.Remark!.Kind);
        Assert.Contains("`SSND` chunk promises 14 bytes", clip.Remark.Text, StringComparison.Ordinal);
    }

    /// <summary>An AIFC file of one channel.</summary>
    internal static byte[] Build(string kind, int bits, int rate, int frames, byte[] data)
    {
        byte[] common = new byte[24];
        BinaryPrimitives.WriteInt16BigEndian(common, 1);
        BinaryPrimitives.WriteInt32BigEndian(common.AsSpan(2), frames);
        BinaryPrimitives.WriteInt16BigEndian(common.AsSpan(6), (short)bits);
        if (rate > 0)
        {
            int exponent = (int)Math.Log2(rate);
            BinaryPrimitives.WriteUInt16BigEndian(common.AsSpan(8), (ushort)(16383 + exponent));
            BinaryPrimitives.WriteUInt64BigEndian(common.AsSpan(10), (ulong)rate << (63 - exponent));
        }

        System.Text.Encoding.ASCII.GetBytes(kind, common.AsSpan(18));
        byte[] sound = [.. new byte[8], .. data];
        byte[] body = [.. "AIFC"u8, .. Chunk("mark", [1, 2]), .. Chunk("COMM", common), .. Chunk("SSND", sound)];
        return Chunk("FORM", body);
    }

    private static byte[] Chunk(string id, byte[] body)
    {
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, body.Length);
        return [.. System.Text.Encoding.ASCII.GetBytes(id), .. size, .. body, .. new byte[body.Length % 2]];
    }
}
