// FLAC gives the samples that were encoded, bit for bit what ffmpeg gives; what is damaged fails in one line that says
// why. Most files are written by FlacBytes, so that every path runs without ffmpeg.

using NativeCnn.Features.Audio;
using NativeCnn.Features.Audio.Flac;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

[Collection("ffmpeg")]
public sealed class FlacDecoderTests : IDisposable
{
    private const int Rate = 44100;

    private static readonly FlacDecoder Decoder = new();

    private readonly TemporaryFolder folder = new();

    public static TheoryData<int, int> BitsAndChannels()
    {
        var cases = new TheoryData<int, int>();
        foreach (int bits in new[] { 4, 5, 7, 8, 11, 12, 15, 16, 17, 20, 23, 24, 25, 31, 32 })
        {
            cases.Add(bits, 1);
            cases.Add(bits, 2);
        }

        foreach (int channels in new[] { 3, 4, 5, 6, 7, 8 })
        {
            cases.Add(16, channels);
        }

        return cases;
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(BitsAndChannels))]
    public void Flac_OfEveryCodingOfEverySize_GivesTheSamplesThatWereEncoded(int bits, int channels)
    {
        var form = new FlacBytes { Bits = bits, Channels = channels };
        FlacFrame[] frames = [.. form.EveryFrame(192)];

        // Each by itself first: a failure names the frame.
        foreach (FlacFrame frame in frames)
        {
            AudioClip one = Decoder.Decode(form.Build(frame), $"{frame}");
            Assert.Equal(form.Expected(frame), one.Samples);
        }

        AudioClip clip = AudioFile.Decode(form.Build(frames), "sound");

        Assert.Equal(form.Expected(frames), clip.Samples);
        Assert.Equal(
            (44100, channels, bits, AudioEncoding.Compressed),
            (clip.SampleRate, clip.Channels, clip.BitsPerSample, clip.Encoding));
    }

    [SkippableTheory]
    [Trait(Slow.Category, Slow.Name)]
    [MemberData(nameof(BitsAndChannels))]
    public void Flac_OfEveryCodingOfEverySize_GivesWhatFfmpegGives(int bits, int channels)
    {
        Ffmpeg.Required();
        Skip.If(bits == 32, "ffmpeg 5 does not decode 32 bits");
        var form = new FlacBytes { Bits = bits, Channels = channels };
        string path = folder["sound.flac"];
        File.WriteAllBytes(path, form.Build([.. form.EveryFrame(192)]));

        ExpectWhatFfmpegGives(path);
    }

    /// <summary>ffmpeg's encoder at each of its levels, over sounds that make it choose differently.</summary>
    [SkippableTheory]
    [Trait(Slow.Category, Slow.Name)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    public void Flac_EncodedByFfmpegAtALevel_GivesWhatFfmpegGives(int level)
    {
        Ffmpeg.Required();
        (int Channels, string Format)[] forms = [(1, "s16"), (2, "s16"), (6, "s16"), (1, "s32"), (2, "s32")];
        (int channels, string format) = forms[level % forms.Length];
        (int others, string otherFormat) = forms[(level + 1) % forms.Length];

        RoundTrip(Sound(20_000, channels), channels, "-sample_fmt", format, "-compression_level", $"{level}");
        RoundTrip(Sound(20_000, others), others, "-sample_fmt", otherFormat, "-compression_level", $"{level}");
    }

    [SkippableTheory]
    [InlineData(1, 4096)]
    [InlineData(15, 4096)]
    [InlineData(4097, 4096)]
    [InlineData(1000, 16)]
    [InlineData(1000, 17)]
    [InlineData(10_000, 1001)]
    [InlineData(10_000, 4095)]
    [InlineData(70_000, 65535)]
    public void Flac_OfAnyLengthAndBlockSize_GivesWhatFfmpegGives(int samples, int blockSize)
    {
        Ffmpeg.Required();
        RoundTrip(Sound(samples, 2), 2, "-sample_fmt", "s16", "-frame_size", $"{blockSize}");
    }

    [SkippableTheory]
    [InlineData("left_side")]
    [InlineData("right_side")]
    [InlineData("mid_side")]
    [InlineData("indep")]
    public void Flac_OfAStereoMode_GivesWhatFfmpegGives(string mode)
    {
        Ffmpeg.Required();
        RoundTrip(Sound(9000, 2), 2, "-sample_fmt", "s32", "-ch_mode", mode);
        RoundTrip(Sound(9000, 2), 2, "-sample_fmt", "s16", "-ch_mode", mode, "-max_prediction_order", "32");
    }

    [SkippableFact]
    public void Flac_BehindALongId3Tag_IsDecodedHere()
    {
        byte[] tag = [.. "ID3"u8, 4, 0, 0, 0, 0, 1, 72, .. new byte[200]];
        var form = new FlacBytes { Before = tag };
        FlacFrame frame = new(FlacBytes.Signal(16, 1, 100));
        string path = folder["tagged.mp3"];
        File.WriteAllBytes(path, form.Build(frame));

        AudioClip[] clips = [AudioFile.Read(path), AudioFile.Decode(File.ReadAllBytes(path), "memory")];

        Assert.All(clips, clip => Assert.Equal(form.Expected(frame), clip.Samples));
        Assert.All(clips, clip => Assert.Equal(16, clip.BitsPerSample)); // ffmpeg's have 32.
        Ffmpeg.Required();
        ExpectWhatFfmpegGives(path);
    }

    [Theory]
    [InlineData(192, 1)]
    [InlineData(576, 2)]
    [InlineData(1152, 3)]
    [InlineData(2304, 4)]
    [InlineData(4608, 5)]
    [InlineData(1, 6)]
    [InlineData(256, 6)]
    [InlineData(65535, 7)]
    [InlineData(256, 8)]
    [InlineData(512, 9)]
    [InlineData(1024, 10)]
    [InlineData(2048, 11)]
    [InlineData(4096, 12)]
    [InlineData(8192, 13)]
    [InlineData(16384, 14)]
    [InlineData(32768, 15)]
    public void Flac_OfEveryBlockSizeCode_Decodes(int samples, int code)
    {
        FlacFrame frame = new(FlacBytes.Signal(8, 1, samples)) { SizeCode = code };
        var form = new FlacBytes { Bits = 8 };

        Assert.Equal(form.Expected(frame), Decoder.Decode(form.Build(frame), "sound").Samples);
    }

    [Theory]
    [InlineData(88200, 1)]
    [InlineData(176400, 2)]
    [InlineData(192000, 3)]
    [InlineData(8000, 4)]
    [InlineData(16000, 5)]
    [InlineData(22050, 6)]
    [InlineData(24000, 7)]
    [InlineData(32000, 8)]
    [InlineData(44100, 9)]
    [InlineData(48000, 10)]
    [InlineData(96000, 11)]
    [InlineData(11000, 12)]
    [InlineData(11025, 13)]
    [InlineData(352800, 14)]
    [InlineData(1, 0)]
    [InlineData(1048575, 0)]
    public void Flac_OfEverySampleRateCode_Decodes(int rate, int code)
    {
        var form = new FlacBytes { SampleRate = rate };
        FlacFrame frame = new(FlacBytes.Signal(16, 1, 20)) { RateCode = code };

        Assert.Equal(rate, Decoder.Decode(form.Build(frame), "sound").SampleRate);
    }

    [Theory]
    [InlineData(false, 0x7F)]
    [InlineData(false, 0x80)]
    [InlineData(false, 0x7FF)]
    [InlineData(false, 0xFFFF)]
    [InlineData(false, 0x1FFFFF)]
    [InlineData(false, 0x3FFFFFF)]
    [InlineData(false, 0x7FFFFFFE)]
    [InlineData(true, 0)]
    [InlineData(true, 0xFFFFF0000)]
    public void Flac_OfVariableBlocksAndAnyNumber_Decodes(bool isVariable, long number)
    {
        var form = new FlacBytes { IsVariable = isVariable, FirstNumber = number };
        int[] lengths = isVariable ? [16, 1000, 1, 4608, 17, 300] : [1000, 1000];
        FlacFrame[] frames =
        [
            .. lengths.Select((length, i) => new FlacFrame(FlacBytes.Signal(16, 1, length, i))
            {
                Type = length > 8 ? 10 : 1,
            }),
        ];

        Assert.Equal(form.Expected(frames), Decoder.Decode(form.Build(frames), "sound").Samples);
    }

    /// <summary>Unary codes longer than the reader's word, and every Rice parameter.</summary>
    [Theory]
    [InlineData(4, 0, 0)]
    [InlineData(4, 14, 0)]
    [InlineData(5, 0, 0)]
    [InlineData(5, 15, 3)]
    [InlineData(5, 30, 5)]
    public void Flac_OfAnyRiceParameter_Decodes(int parameterBits, int parameter, int partitionOrder)
    {
        for (int some = parameter; some < Math.Min((1 << parameterBits) - 1, parameter + 15); some++)
        {
            var form = new FlacBytes { Bits = 12 };
            FlacFrame frame = new(FlacBytes.Signal(12, 1, 192, some))
            {
                Type = 10,
                ParameterBits = parameterBits,
                Parameter = some,
                PartitionOrder = partitionOrder,
            };
            Assert.Equal(form.Expected(frame), Decoder.Decode(form.Build(frame), $"{some}").Samples);
        }
    }

    [Fact]
    public void Flac_WithAnEscapeOfNoBits_HasResidualsOfZero()
    {
        // A straight line: its second difference is 0.
        long[][] line = [[.. Enumerable.Range(0, 64).Select(n => 10L * n)]];
        foreach (int parameterBits in new[] { 4, 5 })
        {
            FlacFrame frame = new(line) { Type = 10, Escape = true, ParameterBits = parameterBits };
            Assert.Equal(new FlacBytes().Expected(frame), Decoder.Decode(new FlacBytes().Build(frame), "line").Samples);
        }
    }

    [Fact]
    public void Flac_OfLevelsAtBothEnds_Decodes()
    {
        foreach (int bits in new[] { 4, 8, 16, 24, 32 })
        {
            long most = (1L << (bits - 1)) - 1;
            long[] up = [.. Enumerable.Range(0, 40).Select(n => n % 3 == 0 ? most : -most - 1)];
            long[] down = [.. up.Select(x => -1 - x)];
            var form = new FlacBytes { Bits = bits, Channels = 2 };
            FlacFrame[] frames =
                [.. Enum.GetValues<FlacStereo>().Select(coding => new FlacFrame([up, down]) { Coding = coding })];

            Assert.Equal(form.Expected(frames), Decoder.Decode(form.Build(frames), "sound").Samples);
        }
    }

    [Fact]
    public void Flac_OfNoSamples_IsAnEmptyClip()
    {
        Assert.Empty(Decoder.Decode(new FlacBytes().Build(), "sound").Samples);
        Assert.Empty(Decoder.Decode(new FlacBytes { ClaimedMd5 = new byte[16] }.Build(), "sound").Samples);
    }

    /// <summary>As a pipe leaves it: neither their number nor their sum.</summary>
    [Fact]
    public void Flac_OfAnUnknownTotal_IsTakenToItsEnd()
    {
        var form = new FlacBytes { ClaimedTotal = 0, ClaimedMd5 = new byte[16], Channels = 2 };
        FlacFrame[] frames = [.. form.EveryFrame(192)];

        Assert.Equal(form.Expected(frames), Decoder.Decode(form.Build(frames), "sound").Samples);
    }

    [Fact]
    public void Flac_WithOtherMetadataAndTagsBehind_IsTheSame()
    {
        FlacFrame frame = new(FlacBytes.Signal(16, 1, 50));
        byte[][] tails =
            [[], [.. "TAG"u8, .. new byte[125]], [.. "APETAGEX"u8, 1, 2, 3], [.. "ID3"u8, 4, 0], new byte[77]];
        foreach (long? total in new long?[] { null, 0 })
        {
            foreach (byte[] tail in tails)
            {
                var form = new FlacBytes
                {
                    ClaimedTotal = total,
                    Blocks = [(4, new byte[40]), (1, new byte[5000]), (126, []), (6, [1, 2, 3])],
                };
                byte[] file = [.. form.Build(frame), .. tail];

                Assert.Equal(form.Expected(frame), Decoder.Decode(file, "sound").Samples);
            }
        }
    }

    [Theory]
    [InlineData(0, "no FLAC file: `fLaC` was expected at byte 0")]
    [InlineData(1, "it is truncated: it ends at byte 6, within its metadata")]
    [InlineData(2, "of the metadata block at byte 4, 24 bytes are missing, the file ends at byte 18")]
    [InlineData(3, "a block of type 4 and 34 bytes at byte 4, STREAMINFO (type 0) of 34 was expected")]
    [InlineData(4, "a sample rate of 0 Hz at byte 18")]
    [InlineData(5, "3 bits a sample at byte 20, 4 to 32 were expected")]
    [InlineData(6, "of the ID3 block at byte 0, 1 bytes are missing")]
    [InlineData(9, "it is damaged: a frame was expected at byte 152, came 00FFF8")]
    [InlineData(10, "STREAMINFO promises 50 samples, and more begin behind them at byte 152")]
    [InlineData(11, "STREAMINFO promises 70 samples, the frames up to byte 262 hold 100")]
    [InlineData(12, "the frame at byte 42 is damaged: its header has the checksum")]
    [InlineData(13, "the frame at byte 42 is damaged: its checksum is")]
    [InlineData(14, "it is damaged: the MD5 of its samples is")]
    [InlineData(15, "it claims 8000 Hz, 1 channels of 16 bits, STREAMINFO 44100 Hz")]
    [InlineData(16, "has the type 2, which is reserved")]
    [InlineData(17, "it leaves out 17 of 16 bits")]
    [InlineData(18, "more than 16 bits")]
    [InlineData(19, "STREAMINFO promises 100 samples, and more begin behind them at byte 262")]
    [InlineData(20, "block size code 0")]
    [InlineData(21, "sample rate code 15")]
    [InlineData(22, "a predictor of order 4 stands in a block of 3 samples")]
    [InlineData(23, "does not fit 50 samples")]
    [InlineData(24, "a residual has more than 32 bits")]
    [InlineData(25, "a predictor of 16 bits with a shift of 10")]
    [InlineData(26, "a predictor of 12 bits with a shift of -6")]
    public void Flac_ThatIsDamaged_FailsInALineThatSaysWhy(int which, string reason)
    {
        var plain = new FlacBytes();
        FlacFrame frame = new(FlacBytes.Signal(16, 1, 50));
        FlacFrame linear = frame with { Type = 32 };
        byte[] sound = plain.Build(frame, frame);
        byte[] file = which switch
        {
            0 => [.. "fLaX"u8, .. sound[4..]],
            1 => sound[..6],
            2 => sound[..18],
            3 => Patched(sound, 4, 0x84),
            4 => Patched(Patched(Patched(sound, 18, 0), 19, 0), 20, 0x00),
            5 => Patched(Patched(sound, 20, 0x40), 21, 0x20),
            6 => [.. "ID3"u8, 4, 0, 0, 0, 0, 2, 0, .. sound[..255]],
            9 => [.. sound[..152], 0, .. sound[152..]],
            10 => (plain with { ClaimedTotal = 50 }).Build(frame, frame),
            11 => (plain with { ClaimedTotal = 70 }).Build(frame, frame),
            12 => Patched(sound, 45, 0x18),
            13 => Patched(sound, 80, 0x55),
            14 => (plain with { ClaimedMd5 = [.. Enumerable.Range(1, 16).Select(i => (byte)i)] }).Build(frame),
            15 => plain.Build(frame with { RateCode = 4 }),
            16 => plain.Build(frame with { Damage = body => body[0] = 2 << 1 }),
            17 => plain.Build(frame with { Damage = body => (body[0], body[1], body[2], body[3]) = (3, 0, 0, 0x80) }),
            // The first sample to its highest level, and a residual that goes beyond it.
            18 => plain.Build(new FlacFrame([[32767, 32768]]) { Type = 9, Parameter = 1 }),
            19 => [.. sound, .. sound],
            20 => Patched(Patched(sound, 44, 0x00), 47, FlacBytes.Remainder([0xFF, 0xF8, 0x00, 0x00, 0x00], 8, 7)),
            21 => Patched(
                Patched(sound, 44, 0x6F), 48, FlacBytes.Remainder([0xFF, 0xF8, 0x6F, 0x00, 0x00, 49], 8, 7)),
            22 => plain.Build(new FlacFrame([[1, 2, 3]]) { Damage = body => body[0] = 12 << 1 }),
            23 => plain.Build(frame with { Type = 8, Damage = body => body[1] = 0x80 }),
            24 => (plain with { Bits = 32 }).Build(
                new FlacFrame([[0, 0, 0, 0]])
                {
                    Type = 8,
                    ParameterBits = 5,
                    Parameter = 30,
                    Damage = body => body[2] = 0xC0,
                }),
            25 => plain.Build(linear with { Damage = body => body[3] |= 0xF0 }),
            _ => plain.Build(linear with { Damage = body => body[3] |= 0x08 }),
        };

        string message = Assert.Throws<AudioFormatException>(() => Decoder.Decode(file, "clips/a\nb.flac")).Message;

        Assert.StartsWith("clips/a?b.flac: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData(152, "STREAMINFO promises 100 samples, its frames hold 50")]
    [InlineData(153, "it ends at byte 153, within the frame at byte 152")]
    [InlineData(248, "it ends at byte 248, within the frame at byte 152")]
    [InlineData(261, "it ends at byte 261, within the frame at byte 152")]
    public void Flac_ThatIsCutShort_GivesItsWholeFramesWithARemark(int bytes, string reason)
    {
        FlacFrame frame = new(FlacBytes.Signal(16, 1, 50));
        byte[] whole = new FlacBytes().Build(frame, frame);

        AudioClip clip = AudioFile.Decode(whole.AsSpan(0, bytes), "test.flac");

        Assert.Equal(Decoder.Decode(whole, "test.flac").Samples[..50], clip.Samples);
        Assert.Equal(AudioRemarkKind.CutShort, clip.Remark!.Kind);
        Assert.Contains(reason, clip.Remark.Text, StringComparison.Ordinal);
        string none = Assert.Throws<AudioFormatException>(
            () => AudioFile.Decode(whole.AsSpan(0, 44), "test.flac")).Message;
        Assert.Contains("it holds no samples (cut short:", none, StringComparison.Ordinal);
    }

    /// <summary>A frame that seems to run over the end of the file, with another behind it.</summary>
    [Fact]
    public void Flac_WhoseDamageLooksLikeTheEnd_IsDamaged()
    {
        var form = new FlacBytes { ClaimedMd5 = new byte[16], ClaimedTotal = 0 };
        FlacFrame frame = new(FlacBytes.Signal(16, 1, 50));
        FlacFrame longer = new(FlacBytes.Signal(16, 1, 1000)) { Type = 1 };
        int before = form.Build(frame).Length;
        byte[] whole = form.Build(frame, longer, frame);
        byte[] file = [.. whole[..(before + 60)], .. whole[form.Build(frame, longer).Length..]];

        Assert.Contains(
            $"within the frame at byte {before}",
            Assert.Throws<AudioFormatException>(() => AudioFile.Decode(file, "test.flac")).Message,
            StringComparison.Ordinal);
        Assert.Equal(50, AudioFile.Decode(whole.AsSpan(0, before + 60), "test.flac").Samples.Length);
    }

    private static byte[] Patched(byte[] file, int at, int value)
    {
        file = [.. file];
        file[at] = (byte)value;
        return file;
    }

    // Noise, silence, a tone and impulses, one after another, full scale at 1; the channels much alike.
    private static float[] Sound(int samples, int channels)
    {
        var random = new Random(7);
        float[] sound = new float[samples * channels];
        for (int n = 0; n < samples; n++)
        {
            float noise = (random.NextSingle() * 2) - 1;
            for (int channel = 0; channel < channels; channel++)
            {
                sound[(n * channels) + channel] = (8 * n / samples) switch
                {
                    0 => noise,
                    1 or 5 => 0,
                    2 => 0.9f * MathF.Sin((n * 0.05f) + channel),
                    3 => (0.5f * MathF.Sin(n * 0.31f)) + (0.01f * noise),
                    4 => n % 500 == 0 ? 1 : 0,
                    6 => n % 2 == 0 ? -1 : 1,
                    _ => 0.001f * (channel + 1) * noise,
                };
            }
        }

        return sound;
    }

    private void RoundTrip(float[] sound, int channels, params string[] encoder)
    {
        string path = folder["round.flac"];
        Ffmpeg.Write(path, sound, Rate, channels, ["-c:a", "flac", .. encoder]);
        ExpectWhatFfmpegGives(path);
    }

    private static void ExpectWhatFfmpegGives(string path)
    {
        AudioClip clip = ((IAudioDecoder)Decoder).Decode(path);
        if (clip.Samples.Length == 0)
        {
            Assert.Throws<AudioFormatException>(() => new FfmpegDecoder().Decode(path));
        }
        else
        {
            AudioClip expected = new FfmpegDecoder().Decode(path);
            Assert.Equal(
                (expected.SampleRate, expected.Channels, expected.Encoding),
                (clip.SampleRate, clip.Channels, clip.Encoding));
            Assert.Equal(expected.Samples, clip.Samples);
        }
    }
}
