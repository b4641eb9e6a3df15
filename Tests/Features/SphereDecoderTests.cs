// NIST SPHERE: every kind of sample in every byte order gives the same signal, where there is an ffmpeg the same as
// ffmpeg; and what is packed or damaged is refused by its name.

using System.Text;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

[Collection("ffmpeg")]
public sealed class SphereDecoderTests
{
    [Theory]
    [InlineData("pcm", 2, "01", 1)]
    [InlineData("pcm", 2, "10", 1)]
    [InlineData("pcm", 2, "01", 2)]
    [InlineData("pcm", 2, "10", 3)]
    [InlineData("pcm", 1, "1", 1)]
    [InlineData("pcm", 3, "210", 2)]
    [InlineData("pcm", 4, "0123", 1)]
    public void Sphere_OfIntegers_GivesTheMeanOfItsChannels(string coding, int bytes, string order, int channels)
    {
        int[] levels = [.. Enumerable.Range(0, 40 * channels).Select(i => (i * 37 % 255) - 128)];
        byte[] data = [.. levels.SelectMany(level => Bytes(level << (8 * (bytes - 1)), bytes, order[0] != '0'))];

        AudioClip clip = AudioFile.Decode(Build(data, Header(coding, bytes, order, channels, 40)), "SX1.WAV");

        Assert.Equal(levels.Chunk(channels).Select(frame => (float)(frame.Average() / 128)), clip.Samples);
        Assert.Equal(
            (16000, channels, 8 * bytes, AudioEncoding.Pcm, (AudioRemark?)null),
            (clip.SampleRate, clip.Channels, clip.BitsPerSample, clip.Encoding, clip.Remark));
    }

    [SkippableTheory]
    [InlineData("ulaw", 1, "1", 2)]
    [InlineData("alaw", 1, "1", 1)]
    [InlineData("pcm", 2, "10", 2)]
    [InlineData("pcm", 2, "01", 1)]
    public void Sphere_OfEachCoding_GivesWhatFfmpegGives(string coding, int bytes, string order, int channels)
    {
        Ffmpeg.Required();
        using var folder = new TemporaryFolder();
        byte[] data = [.. Enumerable.Range(0, 256 * channels * bytes).Select(i => (byte)(i * 31))];
        File.WriteAllBytes(folder["x.sph"], Build(data, Header(coding, bytes, order, channels, 256)));

        Assert.Equal(new FfmpegDecoder().Decode(folder["x.sph"]).Samples, AudioFile.Read(folder["x.sph"]).Samples);
    }

    [Fact]
    public void Sphere_ThatIsCutShort_GivesWhatIsThereWithARemark()
    {
        byte[] file = Build(new byte[80], Header("pcm", 2, "01", 1, 40));

        AudioClip clip = AudioFile.Decode(file.AsSpan(0, file.Length - 11), "x.sph");

        Assert.Equal(34, clip.Samples.Length);
        Assert.Contains("promises 80 bytes of samples, 69 are there", clip.Remark!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Sphere_WithBytesBehindItsSamples_LeavesThemOut() => Assert.Equal(
        40, AudioFile.Decode(Build(new byte[99], Header("pcm", 2, "01", 1, 40)), "x.sph").Samples.Length);

    [Theory]
    [InlineData("pcm,embedded-shorten-v2.00", 2, "01", "packed by Shorten")]
    [InlineData("pcm,embedded-shorten-v2.00", 2, "01", "sph2pipe -f wav")]
    [InlineData("adpcm", 2, "01", "coded as adpcm")]
    [InlineData("pcm", 2, "0", "sample_byte_format \"0\" for samples of 2 bytes")]
    [InlineData("pcm", 9, "01", "1 channels of 9-byte Pcm at 16000 Hz")]
    [InlineData("ulaw", 2, "01", "1 channels of 2-byte MuLaw")]
    public void Sphere_OfWhatIsNotDecoded_IsRefusedByName(string coding, int bytes, string order, string reason)
    {
        byte[] file = Build(new byte[80], Header(coding, bytes, order, 1, 40));
        string message = Assert.Throws<AudioFormatException>(() => AudioFile.Decode(file, "x.wav")).Message;
        Assert.StartsWith("x.wav: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sphere_DamagedAnyhow_DecodesOrFailsInALine()
    {
        byte[] seed = Build(new byte[80], Header("pcm", 2, "01", 1, 40));
        for (int i = 0; i < 3000; i++)
        {
            byte[] file = Damage.Of(seed, new Random(i), head: 200);
            if (!file.AsSpan().StartsWith("NIST_1A\n"u8))
            {
                continue;
            }

            try
            {
                Assert.InRange(AudioFile.Decode(file, "x.sph").Samples.Length, 1, file.Length);
            }
            catch (AudioFormatException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    internal static string Header(string coding, int bytes, string order, int channels, int count) =>
        $"channel_count -i {channels}\nsample_count -i {count}\nsample_rate -i 16000\nsample_n_bytes -i {bytes}\n" +
        $"sample_byte_format -s{order.Length} {order}\nsample_coding -s{coding.Length} {coding}\nspeaker_id -s3 a b\n";

    internal static byte[] Build(byte[] data, string fields)
    {
        byte[] header = new byte[1024];
        Encoding.ASCII.GetBytes($"NIST_1A\n   1024\n{fields}end_head\n", header);
        return [.. header, .. data];
    }

    private static byte[] Bytes(int level, int bytes, bool bigEndian)
    {
        byte[] little = BitConverter.GetBytes(level)[..bytes];
        return bigEndian ? [.. little.Reverse()] : little;
    }
}
