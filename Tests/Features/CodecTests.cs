// What the decoders by other libraries and our own give is what ffmpeg gives: compared with the ffmpeg at hand over
// rates, channels and settings, and without one with what it gave for the tiny files in Golden/sounds (for Opus, by
// its libopus).

using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

[Collection("ffmpeg")]
public sealed class CodecTests : IDisposable
{
    private const double LossyDecibels = 60;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("tiny.ogg", typeof(VorbisDecoder), 4000)]
    [InlineData("tiny.mp3", typeof(MpegAudioDecoder), 4000)]
    [InlineData("tiny.opus", typeof(OpusDecoder), 12000)]
    [InlineData("tiny-mp3.wav", typeof(PackedWavDecoder), 5184)]
    [InlineData("tiny-ima.wav", typeof(WavDecoder), 4082)]
    [InlineData("tiny-ms.wav", typeof(WavDecoder), 2024)]
    public void Codec_OfATinyFile_GivesWhatFfmpegGave(string name, Type decoder, int length)
    {
        string path = SoundOf(name);
        byte[] file = File.ReadAllBytes(path);
        IAudioDecoder? found = AudioFile.DecoderOf(file.AsSpan(0, AudioFile.HeaderBytes), "anything");
        Assert.IsType(decoder, found);

        AudioClip clip = AudioFile.Read(path);

        // One-page Vorbis is not cut at its end by ffmpeg 5.1: the first samples are compared.
        AudioClip expected = new WavDecoder().Decode(File.ReadAllBytes(path + ".ffmpeg"), name);
        Assert.Equal(length, clip.Samples.Length);
        AssertClose(expected, clip, name.Contains("-im", StringComparison.Ordinal)
            || name.Contains("-ms", StringComparison.Ordinal));
        Assert.Equal(clip.Samples, AudioFile.Decode(file, "memory").Samples);
    }

    [SkippableTheory]
    [Trait(Slow.Category, Slow.Name)]
    [InlineData("ogg", 44100, 1, "-c:a libvorbis -q:a 4")]
    [InlineData("ogg", 44100, 2, "-c:a libvorbis -q:a -1")]
    [InlineData("ogg", 48000, 2, "-c:a libvorbis -q:a 10")]
    [InlineData("ogg", 8000, 1, "-c:a libvorbis -q:a 2")]
    [InlineData("oga", 16000, 2, "-c:a libvorbis -q:a 5")]
    [InlineData("mp3", 44100, 1, "-c:a libmp3lame -b:a 128k")]
    [InlineData("mp3", 44100, 2, "-c:a libmp3lame -q:a 4 -joint_stereo 1")]
    [InlineData("mp3", 48000, 2, "-c:a libmp3lame -b:a 320k -joint_stereo 0")]
    [InlineData("mp3", 32000, 2, "-c:a libmp3lame -b:a 64k -id3v2_version 4 -metadata title=A")]
    [InlineData("mp3", 22050, 1, "-c:a libmp3lame -b:a 32k")]
    [InlineData("mp3", 24000, 2, "-c:a libmp3lame -q:a 6")]
    [InlineData("mp3", 12000, 1, "-c:a libmp3lame -b:a 16k")]
    [InlineData("mp3", 44100, 1, "-c:a libmp3lame -b:a 96k -write_xing 0 -id3v2_version 0 -write_id3v1 1")]
    [InlineData("mp3", 44100, 2, "-c:a libshine -b:a 128k")]
    [InlineData("mp2", 44100, 2, "-c:a mp2 -b:a 192k")]
    [InlineData("mp2", 16000, 1, "-c:a mp2 -b:a 64k")]
    [InlineData("wav", 44100, 2, "-c:a libmp3lame -b:a 128k")]
    [InlineData("opus", 48000, 1, "-c:a libopus -b:a 64k")]
    [InlineData("opus", 48000, 2, "-c:a libopus -b:a 160k -frame_duration 2.5")]
    [InlineData("ogg", 48000, 6, "-c:a libopus -b:a 256k -mapping_family 1")]
    public void Codec_OfALossyFile_AgreesWithFfmpegBySixtyDecibels(
        string extension, int rate, int channels, string encoder)
    {
        Ffmpeg.Required();
        string path = folder[$"sound.{extension}"];
        Ffmpeg.Write(path, Sound(rate, channels), rate, channels, encoder.Split(' '));

        AudioClip clip = AudioFile.Read(path);

        AudioClip expected = new FfmpegDecoder().Decode(path);
        Assert.Equal(
            (expected.SampleRate, expected.Channels, expected.Samples.Length),
            (clip.SampleRate, clip.Channels, clip.Samples.Length));
        AssertClose(expected, clip, isLossless: false);
        Assert.IsNotType<FfmpegDecoder>(DecoderOf(path));
    }

    /// <summary>Clicks make short windows with a gain for each, which NLayer by itself gets wrong.</summary>
    [SkippableTheory]
    [InlineData(44100, "-q:a 0")]
    [InlineData(48000, "-q:a 4")]
    [InlineData(32000, "-q:a 2")]
    [InlineData(22050, "-q:a 2")]
    [InlineData(16000, "-q:a 2")]
    [InlineData(11025, "-q:a 2")]
    public void Mp3_OfClicksAtAVariableRate_AgreesWithFfmpegBySixtyDecibels(int rate, string quality)
    {
        Ffmpeg.Required();
        string path = folder["clicks.mp3"];
        float[] clicks =
            [.. SoundSynthesizer.Generate(6, 1, rate, 1.9, 9), .. SoundSynthesizer.Generate(5, 1, rate, 1, 9)];
        Ffmpeg.Write(path, clicks, rate, 1, ["-c:a", "libmp3lame", .. quality.Split(' ')]);

        AudioClip clip = AudioFile.Read(path);

        AudioClip expected = new FfmpegDecoder().Decode(path);
        Assert.Equal(expected.Samples.Length, clip.Samples.Length);
        AssertClose(expected, clip, isLossless: false);
    }

    /// <summary>ffmpeg's own decoder resamples speech in another way than the standard's, which libopus is.</summary>
    [SkippableTheory]
    [InlineData("-b:a 16k -application voip -frame_duration 60")]
    [InlineData("-b:a 12k -application voip")]
    public void Opus_OfSpeech_GivesTheSamplesOfLibopus(string encoder)
    {
        Ffmpeg.Required();
        string path = folder["sound.opus"];
        Ffmpeg.Write(path, Sound(16000, 1), 16000, 1, ["-c:a", "libopus", .. encoder.Split(' ')]);
        Ffmpeg.Convert(path, folder["libopus.wav"], "libopus");

        AudioClip expected = AudioFile.Read(folder["libopus.wav"]);
        Assert.Equal(expected.Samples, AudioFile.Read(path).Samples);
    }

    /// <summary>Behind a tag, in WAV and plain.</summary>
    [SkippableTheory]
    [InlineData("mp3", "-id3v2_version 3")]
    [InlineData("mp3", "-id3v2_version 0")]
    [InlineData("wav", "-b:a 16k")]
    public void Mp3_OfEightKilohertz_IsLeftToFfmpeg(string extension, string encoder)
    {
        Ffmpeg.Required();
        string path = folder[$"sound.{extension}"];
        Ffmpeg.Write(path, Sound(8000, 1), 8000, 1, ["-c:a", "libmp3lame", .. encoder.Split(' ')]);

        Assert.Equal(new FfmpegDecoder().Decode(path).Samples, AudioFile.Read(path).Samples);
    }

    [SkippableFact]
    public void Vorbis_OfManyChannels_IsLeftToFfmpeg()
    {
        Ffmpeg.Required();
        string path = folder["sound.ogg"];
        Ffmpeg.Write(path, Sound(48000, 6), 48000, 6, "-c:a", "libvorbis");

        Assert.IsType<FfmpegDecoder>(DecoderOf(path));
        Assert.Equal(6, AudioFile.Read(path).Channels);
    }

    [SkippableTheory]
    [InlineData("aiff", 1, "-c:a pcm_s8")]
    [InlineData("aiff", 2, "-c:a pcm_s16be")]
    [InlineData("aiff", 1, "-c:a pcm_s24be")]
    [InlineData("aif", 3, "-c:a pcm_s32be")]
    [InlineData("aifc", 2, "-c:a pcm_s16le -f aiff")]
    [InlineData("aifc", 2, "-c:a pcm_f32be -f aiff")]
    [InlineData("aifc", 1, "-c:a pcm_f64be -f aiff")]
    [InlineData("aifc", 1, "-c:a pcm_alaw -f aiff")]
    [InlineData("aifc", 2, "-c:a pcm_mulaw -f aiff")]
    [InlineData("wav", 1, "-c:a adpcm_ima_wav")]
    [InlineData("wav", 2, "-c:a adpcm_ima_wav -block_size 512")]
    [InlineData("wav", 1, "-c:a adpcm_ms")]
    [InlineData("wav", 2, "-c:a adpcm_ms -block_size 256")]
    public void Codec_OfALosslessFile_GivesFfmpegsBits(string extension, int channels, string encoder)
    {
        Ffmpeg.Required();
        string path = folder[$"sound.{extension}"];
        Ffmpeg.Write(path, Sound(22050, channels), 22050, channels, encoder.Split(' '));

        AudioClip clip = AudioFile.Read(path);

        AudioClip expected = new FfmpegDecoder().Decode(path);
        Assert.Equal((expected.SampleRate, expected.Channels), (clip.SampleRate, clip.Channels));
        AssertClose(expected, clip, isLossless: true);
        Assert.Equal(expected.Samples.Length, clip.Samples.Length);
        Assert.IsNotType<FfmpegDecoder>(DecoderOf(path));
    }

    [SkippableTheory]
    [InlineData("aac", "-c:a aac")]
    [InlineData("flac", "-c:a flac")]
    public void Id3Tags_BeforeOtherSounds_AreNotTakenForMp3(string extension, string encoder)
    {
        Ffmpeg.Required();
        string path = folder[$"sound.{extension}"];
        Ffmpeg.Write(path, Sound(44100, 1), 44100, 1, encoder.Split(' '));
        byte[] plain = File.ReadAllBytes(path);
        byte[] tagged = [.. "ID3"u8, 3, 0, 0, 0, 0, 0, 11, .. new byte[11], .. plain];

        Assert.Equal(AudioFile.Decode(plain, "plain").Samples, AudioFile.Decode(tagged, "tagged").Samples);
    }

    [Theory]
    [InlineData("tiny.ogg")]
    [InlineData("tiny.mp3")]
    [InlineData("tiny.opus")]
    public void Codec_OfManyThreads_GivesEachTheWholeClip(string name)
    {
        float[] alone = AudioFile.Read(SoundOf(name)).Samples;

        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
            Assert.Equal(alone, AudioFile.Read(SoundOf(name)).Samples));
    }

    [Theory]
    [InlineData("tiny.ogg")]
    [InlineData("tiny.mp3")]
    [InlineData("tiny-mp3.wav")]
    [InlineData("tiny.opus")]
    public void Codec_ThatIsCancelled_Stops(string name)
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => AudioFile.Read(SoundOf(name), cancellation.Token));
    }

    [Theory]
    [InlineData(typeof(VorbisDecoder), "NVorbis 0.10.5")]
    [InlineData(typeof(MpegAudioDecoder), "NLayer 3.0.1")]
    [InlineData(typeof(OpusDecoder), "Concentus 2.2.2")]
    public void Version_IsThePackages(Type decoder, string version) =>
        Assert.Equal(version, ((IAudioDecoder)Activator.CreateInstance(decoder)!).Version);

    /// <summary>An encoder's delay and padding are cut off: the sound begins where it began.</summary>
    [Theory]
    [InlineData("tiny.mp3", 16000)]
    [InlineData("tiny.ogg", 16000)]
    public void Codec_OfASweep_BeginsWithItsFirstSample(string name, int rate)
    {
        AudioClip clip = AudioFile.Read(SoundOf(name));
        float[] sweep = [.. Enumerable.Range(0, rate / 4).Select(i => Sweep(i / (double)rate))];

        Assert.Equal(rate, clip.SampleRate);
        Assert.Equal(sweep.Length, clip.Samples.Length);
        double here = Decibels.OfSignalOverDifference(sweep, clip.Samples);
        foreach (int shift in new[] { -2, -1, 1, 2 })
        {
            double beside = Decibels.OfSignalOverDifference(
                sweep.AsSpan(2, sweep.Length - 4), clip.Samples.AsSpan(2 + shift, sweep.Length - 4));
            Assert.True(here > beside, $"{here:0.0} dB in place, {beside:0.0} dB {shift} samples on");
        }
    }

    internal static string SoundOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "sounds", name);

    private static float Sweep(double t) => (float)(
        (0.4 * Math.Sin(2 * Math.PI * ((200 * t) + (1500 * t * t)))) + (0.1 * Math.Sin(2 * Math.PI * 997 * t)));

    private static IAudioDecoder? DecoderOf(string path) =>
        AudioFile.DecoderOf(File.ReadAllBytes(path).AsSpan(0, AudioFile.HeaderBytes), path);

    private static float[] Sound(int rate, int channels)
    {
        float[][] all = [.. Enumerable.Range(0, channels).Select(i => SoundSynthesizer.Generate(i, 1, rate, 1.9, 9))];
        return [.. Enumerable.Range(0, all[0].Length * channels).Select(i => all[i % channels][i / channels])];
    }

    private static void AssertClose(AudioClip expected, AudioClip clip, bool isLossless)
    {
        int length = Math.Min(expected.Samples.Length, clip.Samples.Length);
        if (isLossless)
        {
            Assert.Equal(expected.Samples[..length], clip.Samples[..length]);
        }
        else
        {
            double decibels = Decibels.OfSignalOverDifference(expected.Samples.AsSpan(0, length), clip.Samples);
            Assert.True(decibels >= LossyDecibels, $"{decibels:0.0} dB over the difference, {LossyDecibels} expected");
        }
    }
}
