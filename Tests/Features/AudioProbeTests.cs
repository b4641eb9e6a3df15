// The probe reads headers, the decoder reads all: on any file both say the same, and fail on the same.

using CsCheck;
using NativeCnn.Features.Audio;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Features;

public sealed class AudioProbeTests
{
    private static readonly Gen<byte[]> Wav = Gen.Select(
        Gen.Float[-1, 1].Array[0, 60], Gen.Int[1, 48000], Gen.Bool, Gen.Byte.Array[0, 40], Gen.Bool,
        (samples, rate, isFloat, tag, tagged) =>
        {
            byte[] file = isFloat ? WavWriter.EncodeFloat32(samples, rate) : WavWriter.EncodePcm16(samples, rate);
            return tagged ? [.. file[..12], .. "LIST"u8, (byte)tag.Length, 0, 0, 0, .. tag, .. Pad(tag), .. file[12..]]
                : file;
        });

    [Fact]
    [Trait(Slow.Category, Slow.Name)]
    public void Probe_OfAnyWav_AgreesWithTheDecoder() =>
        Gen.Select(Wav, Gen.Select(Gen.Int[3, 79], Gen.Byte).Array[0, 3], Gen.Int[0, 30]).Sample(
            (file, changes, cut) =>
            {
                foreach ((int at, byte value) in changes)
                {
                    file[Math.Min(at, file.Length - 1)] = value;
                }

                AssertAgreement(file[..Math.Max(0, file.Length - (cut > 20 ? cut : 0))]);
            },
            iter: 2000);

    [Fact]
    public void Probe_OfOneBitWrong_AgreesWithTheDecoder()
    {
        byte[] sound = WavWriter.EncodePcm16([0.5f, -0.5f, 0.25f], 8000);
        // From the fourth byte on: without the first three, another decoder is asked.
        for (int bit = 24; bit < 8 * 44; bit++)
        {
            byte[] file = [.. sound];
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertAgreement(file);
        }
    }

    [Fact]
    public void Probe_OfALongFile_ReadsTheHeaderOnly()
    {
        // The samples are a hole of 1.5 GB: decoding them would take seconds and gigabytes.
        string path = Path.GetTempFileName();
        try
        {
            const int dataBytes = 1_500_000_000;
            byte[] header = WavWriter.EncodePcm16([], 16000);
            BitConverter.TryWriteBytes(header.AsSpan(40), dataBytes);
            using (FileStream stream = File.OpenWrite(path))
            {
                stream.Write(header);
                stream.SetLength(header.Length + (long)dataBytes);
            }

            Assert.InRange(Allocated.By(() => AudioProbe.Read(path)), 0, 20_000);
            Assert.Equal(
                new AudioFacts(dataBytes / 2, 16000, 1, 16, AudioEncoding.Pcm, "WAV"), AudioProbe.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Pad(byte[] tag) => new byte[tag.Length & 1];

    private static void AssertAgreement(byte[] file)
    {
        string path = Path.Combine(Path.GetTempPath(), $"probe-{Guid.NewGuid():N}.wav");
        File.WriteAllBytes(path, file);
        try
        {
            AudioClip clip;
            try
            {
                clip = AudioFile.Read(path);
            }
            catch (AudioFormatException error)
            {
                Assert.Equal(
                    error.Message, Assert.Throws<AudioFormatException>(() => AudioProbe.Read(path)).Message);
                return;
            }

            AudioFacts facts = AudioProbe.Read(path);
            Assert.Equal(
                (clip.Samples.Length, clip.SampleRate, clip.Channels, clip.BitsPerSample, clip.Encoding),
                ((int)facts.Samples, facts.SampleRate, facts.Channels, facts.BitsPerSample, facts.Encoding));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
