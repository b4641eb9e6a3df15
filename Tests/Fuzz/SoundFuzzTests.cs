// The law of all readers (ReaderFuzz) for sound: every format that is decoded here, by whichever decoder takes the bytes
// as they have become. CodecFuzzTests, WavFuzzTests and FlacFuzzTests know more of their formats: checksums made right
// over wrong bytes, bounds that are tighter.
using NativeCnn.Features.Audio;
using NativeCnn.Features.Audio.Flac;
using NativeCnn.Tests.Features;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Fuzz;

public sealed class SoundFuzzTests : IDisposable
{
    // A codec's tables, as long as a file of nothing would take; and what the libraries drop as they decode a frame.
    private const long ForACodec = 32_000_000;
    private const double ForAByteOfACodec = 40_000;

    // A changed tag may be another codec's: no process is started for it here.
    private static readonly FfmpegDecoder NoOther = new("nowhere");

    private static readonly IAudioDecoder[] Decoders =
    [
        new FlacDecoder(), new MpegAudioDecoder(), new WavDecoder(NoOther),
        new AiffDecoder(NoOther), new VorbisDecoder(), new OpusDecoder(), new SphereDecoder(),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Wav_MutatedAnyhow_IsReadOrRefused() => Uncompressed("WAV", WavFuzzTests.Forms).Holds();

    [Fact]
    public void Aiff_MutatedAnyhow_IsReadOrRefused() => Uncompressed(
        "AIFF",
        [
            AiffDecoderTests.Build("NONE", 16, 8000, 50, new byte[100]),
            AiffDecoderTests.Build("fl32", 32, 8000, 50, new byte[200]),
            AiffDecoderTests.Build("sowt", 16, 44100, 50, new byte[100]),
        ]).Holds();

    [Fact]
    public void Sphere_MutatedAnyhow_IsReadOrRefused() => Uncompressed(
        "SPHERE",
        [
            SphereDecoderTests.Build(new byte[80], SphereDecoderTests.Header("pcm", 2, "01", 1, 40)),
            SphereDecoderTests.Build(new byte[80], SphereDecoderTests.Header("ulaw", 1, "1", 2, 40)),
        ]).Holds();

    /// <summary>A frame of one level holds 65,535 samples in 20 bytes, by its format.</summary>
    [Fact]
    public void Flac_MutatedAnyhow_IsReadOrRefused()
    {
        FlacBytes[] forms =
        [
            new() { Bits = 16, Channels = 2, ClaimedMd5 = new byte[16] },
            new() { Bits = 24, ClaimedMd5 = new byte[16], IsVariable = true },
        ];
        byte[][] seeds = [.. forms.Select(form => form.Build([.. form.EveryFrame(96).Take(6)]))];
        new ReaderFuzz("FLAC", seeds, Decode, typeof(AudioFormatException))
        {
            BytesForAny = 8_000_000,
            BytesForAByte = 40_000,
        }.Holds();
    }

    [Theory]
    [InlineData("tiny.ogg")]
    [InlineData("tiny.opus")]
    [InlineData("tiny.mp3")]
    [InlineData("tiny-mp3.wav")]
    [InlineData("tiny-ima.wav")]
    [InlineData("tiny-ms.wav")]
    public void Compressed_MutatedAnyhow_IsReadOrRefused(string name) => new ReaderFuzz(
        name, [File.ReadAllBytes(CodecTests.SoundOf(name))], DecodeMended, typeof(AudioFormatException))
    {
        Share = 10,
        BytesForAny = ForACodec,
        BytesForAByte = ForAByteOfACodec,
        Seconds = 4,
    }.Holds();

    /// <summary>The header alone is looked at where it says enough; else as above.</summary>
    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void Probe_OfAMutatedFile_ReadsOrRefuses()
    {
        string path = folder["x.wav"];
        new ReaderFuzz(
            "probe", WavFuzzTests.Forms,
            file =>
            {
                if (SoundFormats.NameOf(file) is not null)
                {
                    throw new AudioFormatException("another format");
                }

                File.WriteAllBytes(path, file);
                AudioProbe.Read(path);
            },
            typeof(AudioFormatException))
        {
            Share = 2,
            BytesForAByte = 40,
            // A WAV file of an encoding that is not ours is given to ffmpeg: a process, beside all that CI has at work.
            Seconds = 10,
        }.Holds();
    }

    private static ReaderFuzz Uncompressed(string name, byte[][] seeds) =>
        new(name, seeds, Decode, typeof(AudioFormatException)) { BytesForAByte = 10 };

    // Ogg's checksums would find most of it.
    private static void DecodeMended(byte[] file)
    {
        byte[] mended = [.. file];
        CodecFuzzTests.MendPages(mended);
        Decode(mended);
    }

    // What no decoder takes is refused as AudioFile does, without the decoder that starts a process.
    private static void Decode(byte[] file)
    {
        ReadOnlySpan<byte> telling = file.AsSpan(Math.Min(file.Length, Id3Tag.LengthOf(file)));
        telling = telling.StartsWith("fLaC"u8) ? telling : file;
        telling = telling[..Math.Min(telling.Length, AudioFile.HeaderBytes)];
        foreach (IAudioDecoder decoder in Decoders)
        {
            if (decoder.CanDecode(telling))
            {
                AudioClip clip = decoder.Decode(file, "test");
                Assert.True(clip.SampleRate > 0);
                Assert.True(Array.TrueForAll(clip.Samples, float.IsFinite));
                return;
            }
        }

        throw AudioFile.NotSound(file, "test");
    }
}
