// Damaged files of every format that is decoded here: each gives a clip or fails in one line, soon, within its memory.
// NATIVECNN_FUZZ=100000 sets their number; a failure names the mutation, which its number alone determines.

using System.Buffers.Binary;
using System.Diagnostics;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class CodecFuzzTests
{
    // A codec's tables, and an exception with its stack; then what the libraries drop as they decode each sample.
    private const long ForTheCodec = 32_000_000;
    private const long ForASample = 400;

    private static int Mutations => ReaderFuzz.InputsOr(3000);

    [Theory]
    [InlineData("tiny.ogg", false)]
    [InlineData("tiny.ogg", true)]
    [InlineData("tiny.mp3", false)]
    [InlineData("tiny-mp3.wav", false)]
    [InlineData("tiny-ima.wav", false)]
    [InlineData("tiny-ms.wav", false)]
    [InlineData("aiff", false)]
    [InlineData("tiny.opus", false)]
    [InlineData("tiny.opus", true)]
    public void Sound_MutatedAnyhow_DecodesOrFailsInALine(string name, bool mendPages)
    {
        byte[] seed = name == "aiff"
            ? AiffDecoderTests.Build("fl32", 32, 8000, 50, new byte[200])
            : File.ReadAllBytes(CodecTests.SoundOf(name));
        var noOther = new FfmpegDecoder("nowhere");
        IAudioDecoder[] decoders =
        [
            new MpegAudioDecoder(), new WavDecoder(noOther), new AiffDecoder(noOther), new VorbisDecoder(),
            new OpusDecoder(),
        ];
        int decoded = 0;
        int tried = 0;
        int number = Mutations / 9;
        for (int i = 0; i < number; i++)
        {
            byte[] file = Damage.Of(seed, new Random(i), head: 150, inHead: 0.25, shortest: 64, cuts: 1 / 12.0);
            if (mendPages)
            {
                MendPages(file);
            }

            IAudioDecoder? decoder = Array.Find(
                decoders, one => one.CanDecode(file.AsSpan(0, Math.Min(file.Length, AudioFile.HeaderBytes))));
            if (decoder is not null)
            {
                tried++;
                Examine(i, file, decoder, ref decoded);
            }
        }

        Assert.InRange(tried, number / 3, number);
        Assert.InRange(decoded, mendPages ? tried / 20 : 0, tried);
    }

    [Theory]
    [InlineData("tiny.ogg")]
    [InlineData("tiny.mp3")]
    [InlineData("tiny.opus")]
    [InlineData("tiny-ima.wav")]
    public void Sound_CutAnywhere_DecodesOrFailsInALine(string name)
    {
        byte[] seed = File.ReadAllBytes(CodecTests.SoundOf(name));
        int decoded = 0;
        for (int length = 64; length < seed.Length; length += 7)
        {
            byte[] cut = seed[..length];
            if (AudioFile.DecoderOf(cut.AsSpan(0, AudioFile.HeaderBytes), name) is { } decoder)
            {
                Examine(length, cut, decoder, ref decoded);
            }
        }
    }

    /// <summary>What a file that was not copied to its end still holds, its decoder gives, and says so.</summary>
    [Theory]
    [InlineData("tiny.ogg", 0.9)]
    [InlineData("tiny.mp3", 0.7)]
    [InlineData("tiny-mp3.wav", 0.7)]
    [InlineData("tiny.opus", 0.9)]
    [InlineData("tiny-ima.wav", 0.7)]
    [InlineData("tiny-ms.wav", 0.3)]
    public void Sound_WithoutItsEnd_GivesItsBeginningWithARemark(string name, double kept)
    {
        byte[] seed = File.ReadAllBytes(CodecTests.SoundOf(name));
        AudioClip whole = AudioFile.Decode(seed, name);
        Assert.Null(whole.Remark);
        byte[] cut = seed[..(int)(kept * seed.Length)];
        if (name is "tiny.ogg" or "tiny.opus" && Pages(seed) <= 3)
        {
            // All its sound is on one page, which is not whole any more.
            string none = Assert.Throws<AudioFormatException>(() => AudioFile.Decode(cut, name)).Message;
            Assert.Contains("(cut short: it ends within the Ogg page", none, StringComparison.Ordinal);
        }
        else
        {
            AudioClip clip = AudioFile.Decode(cut, name);

            Assert.Equal(AudioRemarkKind.CutShort, clip.Remark!.Kind);
            Assert.InRange(clip.Samples.Length, whole.Samples.Length / 5, whole.Samples.Length);
            int same = clip.Samples.Length - 1152;
            Assert.Equal(whole.Samples[..Math.Max(same, 100)], clip.Samples[..Math.Max(same, 100)]);
        }
    }

    private static int Pages(byte[] file)
    {
        int pages = 0;
        for (int at = 0; (at = file.AsSpan(at).IndexOf("OggS"u8) is >= 0 and var step ? at + step : -1) >= 0; at++)
        {
            pages++;
        }

        return pages;
    }

    private static void Examine(int number, byte[] file, IAudioDecoder decoder, ref int decoded)
    {
        int frames = 0;
        long since = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            AudioClip clip = decoder.Decode(file, "test");
            frames = clip.Samples.Length;
            Assert.All(clip.Samples, sample => Assert.True(float.IsFinite(sample)));
            decoded++;
        }
        catch (AudioFormatException error)
        {
            Assert.DoesNotContain('\n', error.Message);
            Assert.StartsWith("test: ", error.Message, StringComparison.Ordinal);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        long allowed = ForTheCodec + (ForASample * frames);
        Assert.True(allocated <= allowed, $"mutation {number}: {allocated} bytes allocated for {file.Length}");
        double seconds = Timed.Best(
            Stopwatch.GetElapsedTime(since).TotalSeconds, 4,
            () => Record.Exception(() => decoder.Decode(file, "test")));
        Assert.True(seconds < 4, $"mutation {number} took {seconds:0.0} s");
    }

    /// <summary>Gives every Ogg page the CRC that it should have: what is in it is read then.</summary>
    internal static void MendPages(byte[] file)
    {
        for (int at = 0; file.Length - at >= 27 && file.AsSpan(at).StartsWith("OggS"u8);)
        {
            int end = at + 27 + file[at + 26];
            for (int segment = at + 27; segment < Math.Min(at + 27 + file[at + 26], file.Length); segment++)
            {
                end += file[segment];
            }

            if (end > file.Length)
            {
                return;
            }

            file.AsSpan(at + 22, 4).Clear();
            uint crc = 0;
            foreach (byte value in file.AsSpan(at..end))
            {
                crc ^= (uint)value << 24;
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc << 1) ^ ((crc & 0x80000000) != 0 ? 0x04C11DB7u : 0);
                }
            }

            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + 22), crc);
            at = end;
        }
    }
}
