// Damaged WAV files, by the thousand: each decodes or fails in one line, quickly, within its memory.
// NATIVECNN_FUZZ=100000 sets their number; a failure names the mutation, which its number alone determines.

using System.Diagnostics;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class WavFuzzTests
{
    // An exception, its message, and above all its stack: some 20,000 bytes, whatever the file; and
    // the look for an ffmpeg.
    private const int ForTheError = 60_000;

    private static readonly double[] Signal = [.. Enumerable.Range(0, 60).Select(n => 0.9 * Math.Sin(n * 0.37))];

    // A changed tag may be another codec's: no process is started for it here.
    private static readonly IAudioDecoder Wav = new WavDecoder(new FfmpegDecoder("nowhere"));

    private static int Mutations => ReaderFuzz.InputsOr(6000);

    internal static byte[][] Forms { get; } = [.. AllForms()];

    [Fact]
    public void Wav_MutatedAnyhow_DecodesOrFailsInALineWithinTwiceItsSize()
    {
        WarmUp();
        int decoded = 0;
        int mutated = 0;
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < Mutations; i++)
        {
            byte[] file = Damage.Of(Forms[i % Forms.Length], new Random(i), head: 100);
            if (SoundFormats.NameOf(file) is not null)
            {
                continue; // It has become the beginning of another format, which is ffmpeg's to judge.
            }

            mutated++;
            Examine(i, file, () => Decode(file), ref decoded);
        }

        Assert.InRange(mutated, Mutations * 0.99, Mutations);
        Assert.InRange(decoded, mutated / 10, mutated * 9 / 10);
        Assert.True(clock.Elapsed.TotalSeconds < 5 + (Mutations * 0.002), $"{Mutations} took {clock.Elapsed}");
    }

    [Fact]
    public void WavFile_MutatedAnyhow_DecodesOrFailsInALine()
    {
        using var folder = new TemporaryFolder();
        string path = folder["test.wav"];
        WarmUp();
        int decoded = 0;
        int number = Mutations / 10;
        for (int i = 0; i < number; i++)
        {
            byte[] file = Damage.Of(Forms[i % Forms.Length], new Random(1_000_000 + i), head: 100);
            if (SoundFormats.NameOf(file) is null)
            {
                File.WriteAllBytes(path, file);
                Examine(i, file, () => Wav.Decode(path), ref decoded);
            }
        }

        Assert.InRange(decoded, number / 10, number);
    }

    /// <summary>What a header may claim and no file keeps: each on every form.</summary>
    [Fact]
    public void Wav_CutAnywhereOrClaimingTheImpossible_DecodesOrFailsInALine()
    {
        WarmUp();
        int decoded = 0;
        foreach (byte[] form in Forms)
        {
            for (int length = 0; length <= form.Length; length++)
            {
                byte[] cut = form[..length];
                Examine(length, cut, () => Decode(cut), ref decoded);
            }

            foreach (uint value in new uint[] { 0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF })
            {
                for (int at = 4; at <= Math.Min(form.Length - 4, 120); at++)
                {
                    byte[] lie = [.. form];
                    BitConverter.TryWriteBytes(lie.AsSpan(at), value);
                    Examine(at, lie, () => Decode(lie), ref decoded);
                }
            }
        }

        Assert.True(decoded > 0);
    }

    /// <summary>A million empty data chunks and no format: looked through once, not once for each.</summary>
    [Fact]
    public void Wav_OfAMillionEmptyChunks_EndsSoon()
    {
        byte[] chunk = "data\0\0\0\0"u8.ToArray();
        byte[] file = [.. "RIFF\0\0\0\0WAVE"u8, .. Enumerable.Repeat(chunk, 1_000_000).SelectMany(bytes => bytes)];
        var clock = Stopwatch.StartNew();

        Assert.Throws<AudioFormatException>(() => Decode(file));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void Wav_OfMoreChannelsThanABlockHolds_IsTheirMean()
    {
        foreach (string container in new[] { "RIFF", "RIFX" })
        {
            double[] frame = [.. Enumerable.Range(0, 2 * 9001).Select(i => Math.Sin(i))];
            byte[] file = new WavBytes { Container = container, Channels = 9001, Bits = 24 }.Build(frame);

            float[] samples = Decode(file).Samples;

            Assert.Equal(frame.Chunk(9001).Select(x => (float)x.Average()), samples, (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    private static AudioClip Decode(byte[] file) =>
        Wav.CanDecode(file) ? Wav.Decode(file, "test.wav") : AudioFile.Decode(file, "test.wav");

    /// <summary>The pooled blocks of this thread, and what the runtime makes once for a first exception.</summary>
    private static void WarmUp()
    {
        foreach (byte[] form in Forms)
        {
            Decode(form);
            Assert.Throws<AudioFormatException>(() => Decode(form[..30]));
        }

        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["test.wav"], Forms[0]);
        AudioFile.Read(folder["test.wav"]);
    }

    private static void Examine(int number, byte[] file, Func<AudioClip> decode, ref int decoded)
    {
        int frames = -1;
        long since = Stopwatch.GetTimestamp();
        long allocated = Allocated.By(Decode, runs: 1);
        double seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        decoded += frames >= 0 ? 1 : 0;

        // A sample of one byte becomes a float of four, which is the clip; nothing else may grow with the file.
        long allowed = Math.Max(2L * file.Length, 4L * frames) + ForTheError;
        allocated = allocated <= allowed ? allocated : Allocated.By(Decode);
        Assert.True(allocated <= allowed, $"mutation {number}: {allocated} bytes allocated for {file.Length}");
        // A byte holds two samples at most: ADPCM and G.722 have four bits a sample (mutation 276,642 became one).
        Assert.True(frames <= 2 * file.Length, $"mutation {number}: {frames} frames of {file.Length} bytes");
        seconds = Timed.Best(seconds, 2, Decode);
        Assert.True(seconds < 2, $"mutation {number} took {seconds:0.0} s");

        void Decode()
        {
            try
            {
                frames = decode().Samples.Length;
            }
            catch (AudioFormatException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    private static IEnumerable<byte[]> AllForms()
    {
        foreach (string container in new[] { "RIFF", "RIFX", "RF64", "BW64" })
        {
            foreach (bool decorated in new[] { false, true })
            {
                var plain = new WavBytes { Container = container, Extensible = decorated, Junk = decorated };
                foreach ((int tag, int bits) in new[] { (1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64) })
                {
                    yield return (plain with { FormatTag = tag, Bits = bits, Channels = decorated ? 2 : 1 })
                        .Build(Signal);
                }

                foreach (int law in new[] { 6, 7 })
                {
                    byte[] codes = [.. Enumerable.Range(0, 75).Select(i => (byte)(i * 3))];
                    yield return (plain with { FormatTag = law, Bits = 8 }).BuildRaw(codes);
                }
            }

            yield return new WavBytes { Container = container, Junk = true, Padding = false }.Build(Signal[..5]);
            yield return new WavBytes { Container = container, ClaimedDataLength = 0 }.Build(Signal);
            yield return new WavBytes { Container = container, ClaimedDataLength = uint.MaxValue }.Build(Signal);
            yield return new WavBytes { Container = container, Bits = 24, ContainerBytes = 4, Channels = 5 }
                .Build(Signal);
        }
    }
}
