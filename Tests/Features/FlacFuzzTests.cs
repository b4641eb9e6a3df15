// Damaged FLAC files, by the thousand: each decodes or fails in one line, quickly, within its memory. Half of them have
// right checksums over wrong bytes, or the checksums would find everything. NATIVECNN_FUZZ=100000 sets their number; a
// failure names the mutation, which its number alone determines.

using System.Diagnostics;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Audio.Flac;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class FlacFuzzTests
{
    // An exception, its message and stack, and the hash of a good file.
    private const int ForTheError = 60_000;
    private const int BlockSamples = 96;

    private static readonly FlacBytes[] Forms =
    [
        new() { Bits = 8, ClaimedMd5 = new byte[16] },
        new() { Bits = 16, Channels = 2, ClaimedMd5 = new byte[16] },
        new() { Bits = 24, Channels = 2, ClaimedTotal = 0, ClaimedMd5 = new byte[16] },
        new() { Bits = 32, Channels = 2, ClaimedMd5 = new byte[16], IsVariable = true },
        new() { Bits = 12, Channels = 5 },
    ];

    private static readonly FlacFrame[][] Frames =
        [.. Forms.Select(form => form.EveryFrame(BlockSamples).Where(frame => frame.PartitionOrder < 2).ToArray())];

    private static int Mutations => ReaderFuzz.InputsOr(6000);

    [Fact]
    public void Flac_MutatedAnyhow_DecodesOrFailsInALineWithinItsMemory()
    {
        WarmUp();
        int decoded = 0;
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < Mutations; i++)
        {
            var random = new Random(i);
            int which = i % Forms.Length;
            FlacFrame[] frames = random.GetItems(Frames[which], 3);
            byte[] file = i % 2 == 0
                ? Damage.Of(Forms[which].Build(frames), random, random.Next(2) == 0 ? 60 : int.MaxValue, inHead: 1)
                : Forms[which].Build(
                    [frames[0], frames[1] with { Damage = body => MutateInPlace(body, random) }, frames[2]]);
            Examine(i, file, ref decoded);
        }

        Assert.InRange(decoded, Mutations / 20, Mutations * 19 / 20);
        Assert.True(clock.Elapsed.TotalSeconds < 20 + (Mutations * 0.01), $"{Mutations} took {clock.Elapsed}");
    }

    [Fact]
    public void Flac_CutAnywhere_GivesItsWholeFramesWithARemarkOrFailsInALine()
    {
        WarmUp();
        for (int which = 0; which < Forms.Length; which++)
        {
            byte[] file = Forms[which].Build(Frames[which][..4]);
            float[] whole = AudioFile.Decode(file, "test.flac").Samples;
            int unremarked = 0;
            for (int length = 0; length < file.Length; length++)
            {
                int decoded = 0;
                Examine(length, file[..length], ref decoded);
                if (decoded > 0)
                {
                    AudioClip clip = new FlacDecoder().Decode(file.AsSpan(0, length), "test.flac");
                    Assert.Equal(whole[..clip.Samples.Length], clip.Samples);
                    Assert.Equal(0, clip.Samples.Length % BlockSamples);
                    Assert.True(clip.Remark is null or { Kind: AudioRemarkKind.CutShort });
                    unremarked += clip.Remark is null ? 1 : 0;
                }
            }

            // Where the total is unknown, a file that ends between frames is whole; no other cut is taken for one.
            Assert.Equal(Forms[which].ClaimedTotal == 0 ? 4 : 0, unremarked);
        }
    }

    /// <summary>What STREAMINFO may claim and no file keeps, and no samples at all.</summary>
    [Fact]
    public void Flac_ClaimingTheImpossible_TakesNoMemoryForIt()
    {
        WarmUp();
        foreach (long total in new[] { 1L << 20, int.MaxValue, (1L << 36) - 1 })
        {
            foreach (FlacFrame[] frames in new[] { [], Frames[1][..2] })
            {
                int decoded = 0;
                byte[] file = (Forms[1] with { ClaimedTotal = total }).Build(frames);
                Examine(0, file, ref decoded);
                Assert.Equal(1, decoded);
                Assert.NotNull(new FlacDecoder().Decode(file, "test.flac").Remark);
            }
        }
    }

    [Fact]
    public void Flac_OfAMillionZeros_EndsSoon()
    {
        var clock = Stopwatch.StartNew();
        byte[] file = Forms[1].Build(Frames[1][3]);
        foreach (int from in new[] { 60, 42 })
        {
            byte[] zeros = [.. file[..from], .. new byte[1_000_000]];
            Assert.Throws<AudioFormatException>(() => AudioFile.Decode(zeros, "test.flac"));
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
    }

    /// <summary>The pooled blocks of this thread, and what the runtime makes once for a first exception.</summary>
    private static void WarmUp()
    {
        for (int which = 0; which < Forms.Length; which++)
        {
            byte[] file = Forms[which].Build(Frames[which]);
            AudioFile.Decode(file, "test.flac");
            Assert.Throws<AudioFormatException>(() => AudioFile.Decode(file.AsSpan(0, 30), "test.flac"));

            // A mutated block size: at most 2 MiB, which the pool keeps.
            FlacBytes form = Forms[which] with { ClaimedTotal = null };
            foreach (FlacStereo coding in form.Channels == 2 ? Enum.GetValues<FlacStereo>() : [FlacStereo.Independent])
            {
                for (int samples = 127; samples <= ushort.MaxValue; samples = (2 * samples) + 1)
                {
                    FlacFrame large = new(FlacBytes.Level(form.Channels, samples, 0)) { Type = 0, Coding = coding };
                    AudioFile.Decode(form.Build(large), "test.flac");
                }
            }
        }
    }

    private static void Examine(int number, byte[] file, ref int decoded)
    {
        int samples = -1;
        long since = Stopwatch.GetTimestamp();
        long allocated = Allocated.By(Decode, runs: 1);
        double seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        decoded += samples >= 0 ? 1 : 0;

        // A bit may be a sample, which becomes a float; a block of one level makes the clip grow by doubling.
        long allowed = (32L * file.Length) + (16L * Math.Max(samples, ushort.MaxValue)) + ForTheError;
        allocated = allocated <= allowed ? allocated : Allocated.By(Decode);
        Assert.True(allocated <= allowed, $"mutation {number}: {allocated} bytes allocated for {file.Length}");
        seconds = Timed.Best(seconds, 2, Decode);
        Assert.True(seconds < 2, $"mutation {number} took {seconds:0.0} s");

        void Decode()
        {
            try
            {
                samples = new FlacDecoder().Decode(file, "test.flac").Samples.Length;
            }
            catch (AudioFormatException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    private static void MutateInPlace(byte[] body, Random random)
    {
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            // Mostly at the beginning of the subframe, where its type and predictor stand.
            int at = random.Next(random.Next(2) == 0 ? body.Length : Math.Min(body.Length, 12));
            body[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(random.Next(2) * 255),
                _ => (byte)(body[at] ^ (1 << random.Next(8))),
            };
        }
    }
}
