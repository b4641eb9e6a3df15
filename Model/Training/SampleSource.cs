using System.Collections.Concurrent;
using NativeCnn.Features.Audio;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.Training;

/// <summary>Decodes clips, brings them to the run's sample rate and length, several at a time.</summary>
internal sealed class SampleSource(IClipReader reader, ClipFormat format)
{
    private readonly ConcurrentDictionary<int, Resampler> resamplers = new();

    /// <summary>Fills rows of <paramref name="rows"/>; gives for each clip null, or why it was not read.</summary>
    public SkippedClip?[] ReadAll(IReadOnlyList<ClipEntry> entries, int first, int count, float[] rows, int firstRow)
    {
        var failures = new SkippedClip?[count];
        Parallel.For(0, count, i =>
        {
            Span<float> row = rows.AsSpan((firstRow + i) * format.ClipSamples, format.ClipSamples);
            ClipEntry entry = entries[first + i];
            try
            {
                Read(entry, row);
            }
            catch (Exception error) when (error is AudioFormatException or IOException or UnauthorizedAccessException)
            {
                failures[i] = new SkippedClip(entry.Path, error.Message);
            }
        });
        return failures;
    }

    /// <summary>Reads one clip into a row of the run's rate and length.</summary>
    public void Read(ClipEntry entry, Span<float> row)
    {
        AudioClip clip = reader.Read(entry);
        float[] samples = clip.Samples;
        if (clip.SampleRate != format.Features.SampleRate)
        {
            Resampler resampler = resamplers.GetOrAdd(
                clip.SampleRate, rate => new Resampler(rate, format.Features.SampleRate));
            samples = resampler.Resample(samples);
        }

        ClipShaper.Fit(samples, row);
    }
}
