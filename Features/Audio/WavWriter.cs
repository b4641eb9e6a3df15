// Writes one channel as WAV, for tests and tools: 16-bit PCM for players, float32 where every bit must survive.

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NativeCnn.Features.Audio;

/// <summary>Encodes mono samples as WAV.</summary>
public static class WavWriter
{
    private const int HeaderBytes = 44;

    /// <summary>A WAV file of 16-bit PCM: round(32768 x), ties to even, limited to [-32768, 32767].</summary>
    /// <param name="samples">[samples], full scale at 1; finite.</param>
    /// <param name="sampleRate">Samples a second, at least 1.</param>
    /// <returns>Every byte of the file.</returns>
    /// <exception cref="ArgumentException">
    /// A sample is not finite, the rate is below 1, or the clip exceeds 2 GiB.
    /// </exception>
    public static byte[] EncodePcm16(ReadOnlySpan<float> samples, int sampleRate)
    {
        byte[] file = Header(samples.Length, sizeof(short), formatTag: 1, sampleRate);
        Span<short> levels = MemoryMarshal.Cast<byte, short>(file.AsSpan(HeaderBytes));
        for (int i = 0; i < samples.Length; i++)
        {
            CheckFinite(samples, i);
            levels[i] = (short)Math.Clamp(MathF.Round(samples[i] * 32768f), short.MinValue, short.MaxValue);
        }

        return file;
    }

    /// <summary>A WAV file of 32-bit floats: every sample keeps its bits.</summary>
    /// <param name="samples">[samples], full scale at 1; finite.</param>
    /// <param name="sampleRate">Samples a second, at least 1.</param>
    /// <returns>Every byte of the file.</returns>
    /// <exception cref="ArgumentException">
    /// A sample is not finite, the rate is below 1, or the clip exceeds 2 GiB.
    /// </exception>
    public static byte[] EncodeFloat32(ReadOnlySpan<float> samples, int sampleRate)
    {
        byte[] file = Header(samples.Length, sizeof(float), formatTag: 3, sampleRate);
        for (int i = 0; i < samples.Length; i++)
        {
            CheckFinite(samples, i);
        }

        samples.CopyTo(MemoryMarshal.Cast<byte, float>(file.AsSpan(HeaderBytes)));
        return file;
    }

    /// <summary>Writes <see cref="EncodePcm16"/> to a file, which is replaced when there is one.</summary>
    /// <inheritdoc cref="EncodePcm16"/>
    /// <param name="path">The file.</param>
    /// <param name="samples">[samples], full scale at 1; finite.</param>
    /// <param name="sampleRate">Samples a second, at least 1.</param>
    public static void WritePcm16(string path, ReadOnlySpan<float> samples, int sampleRate) =>
        File.WriteAllBytes(path, EncodePcm16(samples, sampleRate));

    /// <summary>Writes <see cref="EncodeFloat32"/> to a file, which is replaced when there is one.</summary>
    /// <inheritdoc cref="EncodeFloat32"/>
    /// <param name="path">The file.</param>
    /// <param name="samples">[samples], full scale at 1; finite.</param>
    /// <param name="sampleRate">Samples a second, at least 1.</param>
    public static void WriteFloat32(string path, ReadOnlySpan<float> samples, int sampleRate) =>
        File.WriteAllBytes(path, EncodeFloat32(samples, sampleRate));

    private static byte[] Header(int samples, int sampleBytes, short formatTag, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        long dataBytes = (long)samples * sampleBytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dataBytes, Array.MaxLength - HeaderBytes, nameof(samples));

        byte[] file = new byte[HeaderBytes + (int)dataBytes];
        Span<byte> header = file.AsSpan(0, HeaderBytes);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(file.Length - 8));
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], formatTag);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], (uint)((long)sampleRate * sampleBytes));
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], (short)sampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], (short)(8 * sampleBytes));
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], (uint)dataBytes);
        return file;
    }

    private static void CheckFinite(ReadOnlySpan<float> samples, int i)
    {
        if (!float.IsFinite(samples[i]))
        {
            throw new ArgumentException(
                $"Sample {i} is {samples[i]}: a file takes finite samples only. Look for it where the sound was made.",
                nameof(samples));
        }
    }
}
