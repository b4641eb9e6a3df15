// Clips as they are read: decoded several at a time, at the rate of their files, no longer than a network needs.
using NativeCnn.Engine.Operators;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Decodes clips, several at a time.</summary>
internal sealed class SampleSource(IClipReader reader, ClipFormat format)
{
    // A header that lies about its rate must not cost more memory than this: 256 MiB.
    private const double MostSamples = 1 << 26;

    /// <summary>Reads clips; gives for each the decoded samples, or why there are none.</summary>
    public (DecodedClip? Clip, SkippedClip? Skipped)[] ReadAll(
        IReadOnlyList<ClipEntry> entries, int first, int count, CancellationToken cancellation)
    {
        var read = new (DecodedClip?, SkippedClip?)[count];
        Parallel.For(0, count, Workers(cancellation), i =>
        {
            ClipEntry entry = entries[first + i];
            try
            {
                read[i] = (Cut(reader.Read(entry, cancellation), entry.Path, format), null);
            }
            catch (Exception error) when (error is AudioFormatException or IOException or UnauthorizedAccessException)
            {
                read[i] = (null, new SkippedClip(entry.Path, error.Message));
            }
        });
        return read;
    }

    /// <summary>
    /// A reader a processor: where they wait for another programme, the pool would add threads without end.
    /// </summary>
    public static ParallelOptions Workers(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };

    /// <summary>The part of a clip that a network takes.</summary>
    /// <exception cref="AudioFormatException">Its rate is one that cannot be brought to the run's.</exception>
    public static DecodedClip Cut(AudioClip clip, string name, ClipFormat format)
    {
        int rate = format.Features.SampleRate;
        double wanted = (double)format.ClipSamples * clip.SampleRate / rate;
        if (wanted > Math.Max(MostSamples, format.ClipSamples) ||
            !Resample.IsFeasible(clip.SampleRate, rate, format.ClipSamples))
        {
            throw new AudioFormatException(
                $"{name}: its sample rate of {clip.SampleRate} Hz cannot be brought to {rate} Hz; correct its header");
        }

        int needed = Resample.InputLength(format.ClipSamples, clip.SampleRate, rate);
        return new DecodedClip(
            clip.Samples.Length > needed ? clip.Samples[..needed] : clip.Samples, clip.SampleRate);
    }
}
