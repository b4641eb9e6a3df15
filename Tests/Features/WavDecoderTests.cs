// WAV in all its forms decodes to the same signal; what is damaged fails in one line that says why.

using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public class WavDecoderTests
{
    private static readonly double[] Signal =
        [.. Enumerable.Range(0, 9001).Select(n => 0.9 * Math.Sin(n * 0.37) * Math.Cos(n * 0.011)), -1];

    private static readonly WavDecoder Decoder = new(new FfmpegDecoder("nowhere"));

    public static TheoryData<WavBytes, double> EveryWidth()
    {
        var cases = new TheoryData<WavBytes, double>();
        foreach (string container in new[] { "RIFF", "RIFX", "RF64", "BW64" })
        {
            foreach (bool extensible in new[] { false, true })
            {
                var plain = new WavBytes { Container = container, Extensible = extensible };
                cases.Add(plain with { Bits = 8 }, 1.0 / 128);
                cases.Add(plain with { Bits = 12 }, 1.0 / 2048);
                cases.Add(plain with { Bits = 16, Junk = true }, 1.0 / 32768);
                cases.Add(plain with { Bits = 20 }, 1.0 / (1 << 19));
                cases.Add(plain with { Bits = 24, Junk = true }, 1.0 / (1 << 23));
                cases.Add(plain with { Bits = 24, ContainerBytes = 4 }, 1.0 / (1 << 23));
                cases.Add(plain with { Bits = 32 }, 1e-7);
                cases.Add(plain with { FormatTag = 3, Bits = 32 }, 1e-7);
                cases.Add(plain with { FormatTag = 3, Bits = 64 }, 1e-7);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(EveryWidth))]
    public void Wav_PcmAndFloatOfEveryWidth_DecodesToTheSameSignal(WavBytes form, double step)
    {
        AudioClip clip = Decoder.Decode(form.Build(Signal), "test.wav");

        Closeness.Close("samples", clip.Samples, [.. Signal.Select(x => (float)x)], step, Signal.Length);
        Assert.Equal((8000, 1, form.Bits), (clip.SampleRate, clip.Channels, clip.BitsPerSample));
        Assert.Equal(form.FormatTag == 3 ? AudioEncoding.IeeeFloat : AudioEncoding.Pcm, clip.Encoding);
    }

    [Theory]
    [InlineData("RIFF", 1, 8)]
    [InlineData("RIFF", 1, 16)]
    [InlineData("RIFX", 1, 24)]
    [InlineData("RIFX", 3, 64)]
    public void Wav_LowestLevel_IsMinusOneExactly(string container, int tag, int bits)
    {
        byte[] file = new WavBytes { Container = container, FormatTag = tag, Bits = bits }.Build(-1, 0, 0.5);

        Assert.Equal([-1f, 0f, 0.5f], Decoder.Decode(file, "test.wav").Samples);
    }

    [Theory]
    [InlineData("RIFF", 2)]
    [InlineData("RIFX", 2)]
    [InlineData("RIFF", 3)]
    [InlineData("RIFF", 6)]
    [InlineData("RIFX", 5000)]
    public void Wav_OfManyChannels_IsTheirMean(string container, int channels)
    {
        double[] frames = [.. Enumerable.Range(0, 7 * channels).Select(i => Math.Sin(i))];
        float[] means = [.. frames.Chunk(channels).Select(frame => (float)frame.Average())];

        AudioClip clip = Decoder.Decode(
            new WavBytes { Container = container, Channels = channels, Bits = 24 }.Build(frames), "test.wav");

        Closeness.Close("samples", clip.Samples, means, 1e-6, means.Length);
        Assert.Equal(channels, clip.Channels);
    }

    // Levels from ITU-T G.711, tables 1 and 2, at full scale 32,768.
    [Theory]
    [InlineData(6, 0xD5, 8)]
    [InlineData(6, 0x55, -8)]
    [InlineData(6, 0xAA, 32256)]
    [InlineData(6, 0x2A, -32256)]
    [InlineData(6, 0x80, 5504)]
    [InlineData(7, 0xFF, 0)]
    [InlineData(7, 0x7F, 0)]
    [InlineData(7, 0x80, 32124)]
    [InlineData(7, 0x00, -32124)]
    [InlineData(7, 0xEF, 132)]
    public void Wav_G711_DecodesToTheLevelsOfItsTable(int tag, byte code, int level)
    {
        byte[] file = new WavBytes { FormatTag = tag, Bits = 8 }.BuildRaw([code]);

        AudioClip clip = Decoder.Decode(file, "test.wav");

        Assert.Equal([level / 32768f], clip.Samples);
        Assert.Equal(tag == 6 ? AudioEncoding.ALaw : AudioEncoding.MuLaw, clip.Encoding);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFF000u)]
    [InlineData(0x80000000u)]
    public void Wav_FromAPipe_IsTakenToItsEnd(uint claimed)
    {
        byte[] file = new WavBytes { ClaimedDataLength = claimed }.Build(0, 0.25, 0.5);

        Assert.Equal([0f, 0.25f, 0.5f], Decoder.Decode(file, "test.wav").Samples);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(ulong.MaxValue)]
    public void Wav_Rf64FromAPipe_IsTakenToItsEnd(ulong claimed)
    {
        byte[] file = new WavBytes { Container = "RF64", ClaimedLongLength = claimed }.Build(0, 0.25, 0.5);

        Assert.Equal([0f, 0.25f, 0.5f], Decoder.Decode(file, "test.wav").Samples);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wav_OfNoSamples_IsDamaged(bool junk)
    {
        byte[] file = new WavBytes { Junk = junk }.Build();

        string message = Assert.Throws<AudioFormatException>(() => AudioFile.Decode(file, "test.wav")).Message;

        Assert.StartsWith("test.wav: it holds no samples;", message, StringComparison.Ordinal);
    }

    /// <summary>What stands in the header of a chunk that lacks its pad byte, by every low byte of the size.</summary>
    [Fact]
    public void Wav_WithoutThePadByteOfAnOddChunk_IsReadWhateverFollows()
    {
        foreach (string name in new[] { "LIST", "abcd" })
        {
            foreach (bool padded in new[] { false, true })
            {
                for (int samples = 1; samples <= 300; samples++)
                {
                    float[] signal = [.. Enumerable.Range(0, samples).Select(n => ((n % 64) - 32) / 64f)];
                    byte[] plain = WavWriter.EncodePcm16(signal, 8000);
                    byte[] odd = [.. Encoding.ASCII.GetBytes(name), 7, 0, 0, 0, .. "INFOabc"u8];
                    byte[] file = [.. plain[..36], .. odd, .. new byte[padded ? 1 : 0], .. plain[36..]];

                    Assert.Equal(signal, AudioFile.Decode(file, "test.wav").Samples);
                }
            }
        }
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(44u)]
    [InlineData(100_000u)]
    [InlineData(0x7FFFFFFFu - 6)]
    [InlineData(0xFFFFFFFEu - 6)]
    public void Wav_WhoseDataChunkPromisesMore_GivesWhatIsThereWithARemark(uint more)
    {
        foreach (string container in new[] { "RIFF", "RIFX" })
        {
            byte[] file = new WavBytes { Container = container, ClaimedDataLength = 6 + more }.Build(0, 0.25, 0.5);

            AudioClip clip = AudioFile.Decode(file, "test.wav");

            Assert.Equal([0f, 0.25f, 0.5f], clip.Samples);
            Assert.Equal(AudioRemarkKind.CutShort, clip.Remark!.Kind);
            Assert.Contains($"promises {6 + more} bytes, 6 are there", clip.Remark.Text, StringComparison.Ordinal);
            string refused = Assert.Throws<AudioFormatException>(
                () => AudioRemark.RefuseCutShort(clip.Remark, "test.wav")).Message;
            Assert.Contains("--strict", refused, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Wav_ThatIsWhole_HasNoRemark()
    {
        Assert.Null(AudioFile.Decode(new WavBytes().Build(0, 0.25, 0.5), "test.wav").Remark);
        Assert.Null(AudioFile.Decode(
            new WavBytes { ClaimedDataLength = 0x7FFFF000 }.Build(0, 0.25, 0.5), "test.wav").Remark);
    }

    [Theory]
    [InlineData(1, 16, 1, 1)]
    [InlineData(1, 16, 1, 4)]
    [InlineData(1, 16, 2, 3)]
    [InlineData(1, 8, 1, 2)]
    [InlineData(1, 24, 2, 2)]
    [InlineData(3, 32, 1, 2)]
    [InlineData(6, 8, 1, 2)]
    public void Wav_OfAWrongBlockAlign_IsReadAsItsSampleFormatSays(int tag, int bits, int channels, ushort align)
    {
        var form = new WavBytes { FormatTag = tag, Bits = bits, Channels = channels };
        byte[] data = [.. Enumerable.Range(0, 24 * channels).Select(i => (byte)(tag == 3 ? 0 : i * 7))];
        byte[] right = form.BuildRaw(data);
        byte[] wrong = [.. right];
        BinaryPrimitives.WriteUInt16LittleEndian(wrong.AsSpan(32), align);

        AudioClip clip = AudioFile.Decode(wrong, "test.wav");

        Assert.Equal(AudioFile.Decode(right, "test.wav").Samples, clip.Samples);
        Assert.Equal(AudioRemarkKind.Contradiction, clip.Remark!.Kind);
        Assert.Contains($"claims frames of {align} bytes", clip.Remark.Text, StringComparison.Ordinal);
    }

    /// <summary>What is cached of a file depends on the library that decodes it, and of plain WAV on none.</summary>
    [Fact]
    public void WavDecoders_OfEveryCodec_HaveTheVersionsOfTheirLibraries()
    {
        foreach ((int tag, bool extensible, bool packed) in new[]
        {
            (1, false, false), (1, true, false), (3, false, false), (6, false, false), (7, true, false),
            (2, false, false), (0x11, false, false), (0x55, false, true), (0x55, true, true), (0x31, false, true),
            (0x50, false, true),
        })
        {
            byte[] file = new WavBytes { FormatTag = tag, Bits = 8, Extensible = extensible }.BuildRaw(new byte[64]);
            string version = AudioFile.DecoderOf(file.AsSpan(0, AudioFile.HeaderBytes), "x.wav")!.Version;
            Assert.Equal(packed, version.Contains("NLayer", StringComparison.Ordinal));
            Assert.Equal(packed, version.Length > 0);
            Assert.True(!packed || version.EndsWith(new FfmpegDecoder().Version, StringComparison.Ordinal));
        }
    }

    /// <summary>The first bytes of a file by ffmpeg, and the samples that ffmpeg makes of them.</summary>
    [Theory]
    [InlineData(0x028F, 4)]
    [InlineData(0x0065, 16)]
    public void Wav_OfG722_GivesTheSamplesOfFfmpeg(int tag, int bits)
    {
        short[] expected =
        [
            0, 0, -1, 0, 0, -1, -1, 1, 0, -6, 0, 19, 0, -70, 4, 133, -15, -266, 16, 470, 229, -753, -1586,
            -1384, 519, 2949, 3871, 3615, 4714, 6988, 8648, 8761, 8523, 8719, 10254, 11717, 11558, 9967, 9716,
            11737, 14415, 15148, 13948, 11507, 10642, 12412, 12740, 12200,
        ];
        byte[] file = new WavBytes { FormatTag = tag, Bits = bits, SampleRate = 16000 }.BuildRaw(
            Convert.FromHexString("378D2085208415A02724672927AA2726ACAAAC2DAEB53ABC"));

        AudioClip clip = Decoder.Decode(file, "test.wav");

        Assert.Equal(expected.Select(level => level / 32768f), clip.Samples);
        Assert.Equal((16000, AudioEncoding.Compressed), (clip.SampleRate, clip.Encoding));
    }

    [SkippableFact]
    public void Wav_OfG722OfManyBlocks_GivesTheSamplesOfFfmpeg()
    {
        Ffmpeg.Required();
        using var folder = new Model.TemporaryFolder();
        Ffmpeg.Write(
            folder["x.wav"], [.. Enumerable.Range(0, 50_000).Select(n => MathF.Sin(n * n * 1e-5f) / 2)], 16000, 1,
            ["-c:a", "g722"]);

        byte[] file = File.ReadAllBytes(folder["x.wav"]);

        Assert.Equal(new FfmpegDecoder().Decode(folder["x.wav"]).Samples, Decoder.Decode(file, "x.wav").Samples);
    }

    [SkippableTheory]
    [InlineData("adpcm_yamaha")]
    [InlineData("g726")]
    [InlineData("wmav2")]
    [InlineData("ac3")]
    public void Wav_OfACodecThatOnlyFfmpegKnows_GivesItsSound(string codec)
    {
        Ffmpeg.Required();
        using var folder = new Model.TemporaryFolder();
        int rate = codec is "g726" ? 8000 : 44100;
        Ffmpeg.Write(
            folder["x.wav"], [.. Enumerable.Range(0, rate).Select(n => MathF.Sin(n * 0.1f) / 2)], rate, 1,
            ["-c:a", codec]);

        AudioClip clip = AudioFile.Read(folder["x.wav"]);

        Assert.Equal(new FfmpegDecoder().Decode(folder["x.wav"]).Samples, clip.Samples);
        Assert.InRange(clip.Seconds, 0.9, 1.1);
    }

    [Fact]
    public void Wav_OfOneSample_IsThatSample() =>
        Assert.Equal([0.5f], Decoder.Decode(new WavBytes().Build(0.5), "test.wav").Samples);

    [Fact]
    public void Wav_WithoutThePaddingOfOddChunks_StillDecodes()
    {
        byte[] file = new WavBytes { Junk = true, Padding = false }.Build(0.5, -0.5);

        Assert.Equal([0.5f, -0.5f], Decoder.Decode(file, "test.wav").Samples);
    }

    [Fact]
    public void Wav_WithHalfAFrameAtItsEnd_DropsIt()
    {
        byte[] file = new WavBytes { Channels = 2 }.BuildRaw([0, 64, 0, 64, 0, 64, 0]);

        Assert.Equal([0.5f], Decoder.Decode(file, "test.wav").Samples);
    }

    [Theory]
    [InlineData(0, "which is not decoded")]
    [InlineData(1, "the file is empty")]
    [InlineData(2, "text file")]
    [InlineData(3, "MPEG audio")]
    [InlineData(4, "FLAC")]
    [InlineData(5, "GSM 6.10 (format tag 0x0031): no decoder here reads it, and there is no ffmpeg")]
    [InlineData(6, "0 channels")]
    [InlineData(7, "sample rate of 0 Hz")]
    [InlineData(8, "no `data` chunk")]
    [InlineData(10, "the `LIST` chunk at byte 12 promises 4294967280 bytes")]
    [InlineData(11, "no `fmt ` chunk")]
    [InlineData(12, "it ends at byte 6, within the header")]
    [InlineData(13, "AVI video")]
    [InlineData(14, "a sub-format that has no tag (format tag 0xFFFE)")]
    public void Wav_ThatIsNone_FailsInALineThatSaysWhy(int which, string reason)
    {
        byte[] sound = new WavBytes().Build(0, 0, 0, 0);
        byte[] file = which switch
        {
            0 => Patched(sound, 32, 0x00210002),
            1 => [],
            2 => Encoding.UTF8.GetBytes("path,label\r\na.wav,klang\r\nb.wav,geräusch\r\n"),
            3 => [0xFF, 0xFB, 0x90, 0x64, 0, 0, 0, 0],
            4 => [.. "fLaC"u8, 0, 0, 0, 34],
            5 => new WavBytes { FormatTag = 0x31, Bits = 4 }.BuildRaw([1, 2, 3]),
            6 => Patched(sound, 22, 0),
            7 => Patched(sound, 24, 0),
            8 => sound[..36],
            10 => Patched(new WavBytes { Junk = true }.Build(0), 16, 0xFFFFFFF0),
            11 => [.. sound[..12], .. sound[36..]],
            12 => sound[..6],
            13 => [.. "RIFF"u8, 9, 0, 0, 0, .. "AVI "u8, .. "LIST"u8],
            _ => Patched(new WavBytes { Extensible = true }.Build(0), 52, 7),
        };

        string message = Assert.Throws<AudioFormatException>(() => Decoder.Decode(file, "clips/a\nb.wav")).Message;

        Assert.StartsWith("clips/a?b.wav: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        if (SoundFormats.NameOf(file) is null && which is not (5 or 14))
        {
            var sniffed = Assert.Throws<AudioFormatException>(() => AudioFile.Decode(file, "clips/a\nb.wav"));
            Assert.Equal(message, sniffed.Message);
        }
    }

    [Theory]
    [InlineData(32, double.NaN)]
    [InlineData(32, double.NegativeInfinity)]
    [InlineData(64, double.PositiveInfinity)]
    [InlineData(64, 1e300)]
    public void Wav_WithASampleThatIsNotFinite_FailsAndNamesIt(int bits, double value)
    {
        byte[] file = new WavBytes { FormatTag = 3, Bits = bits }.Build(0, 0, value, 0);

        string message = Assert.Throws<AudioFormatException>(() => Decoder.Decode(file, "test.wav")).Message;

        Assert.Contains($"sample 2 (byte {44 + (2 * bits / 8)})", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AudioFile_OfAMissingFileOrAFolder_FailsInALineThatSaysWhy()
    {
        string missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "no.wav");

        var ofMissing = Assert.Throws<AudioFormatException>(() => AudioFile.Read(missing));
        var ofFolder = Assert.Throws<AudioFormatException>(() => AudioFile.Read(Path.GetTempPath()));

        Assert.Contains("no such file", ofMissing.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", ofFolder.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Wav_WrittenAndRead_IsTheSameSignal(int samples)
    {
        float[] signal = [.. Enumerable.Range(0, samples).Select(n => MathF.Sin(n * 0.1f))];
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".wav");
        try
        {
            WavWriter.WriteFloat32(path, signal, 44100);
            Assert.Equal(signal, AudioFile.Read(path).Samples);

            WavWriter.WritePcm16(path, signal, 44100);
            AudioClip clip = ((IAudioDecoder)Decoder).Decode(path);
            Closeness.Close("samples", clip.Samples, signal, 1.0 / 32768, samples);
            Assert.Equal((44100, samples / 44100.0), (clip.SampleRate, clip.Seconds));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The header by NAudio is the plain one of 44 bytes; levels round to even and stop at the ends.</summary>
    [Fact]
    public void WavWriter_OfPcm_WritesThePlainHeaderAndRoundsToEven()
    {
        byte[] expected = new WavBytes().BuildRaw([0, 0, 2, 0, 255, 127, 0, 128, 0xFE, 0xFF]);
        float[] samples = [0.5f / 32768, 1.5f / 32768, 1, -1.5f, -2.5f / 32768];

        Assert.Equal(expected, WavWriter.EncodePcm16(samples, 8000));
    }

    [Fact]
    public void WavWriter_OfASampleThatIsNotFinite_Refuses()
    {
        Assert.Throws<ArgumentException>(() => WavWriter.EncodePcm16([0, float.NaN], 8000));
        Assert.Throws<ArgumentException>(() => WavWriter.EncodeFloat32([float.PositiveInfinity], 8000));
    }

    [Fact]
    public void Wav_OfManySmallFiles_DecodesFast()
    {
        byte[] file = WavWriter.EncodePcm16(new float[4000], 8000);
        Decoder.Decode(file, "test.wav");

        var clock = Stopwatch.StartNew();
        for (int i = 0; i < 2700; i++)
        {
            Decoder.Decode(file, "test.wav");
        }

        // Under 20 ms where it was written; the allowance is for a machine that does something else as well.
        Assert.InRange(clock.ElapsedMilliseconds, 0, 2000);
    }

    private static byte[] Patched(byte[] file, int at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        return file;
    }
}
