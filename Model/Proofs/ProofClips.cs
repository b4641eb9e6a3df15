// Which clips a model proves itself on: some of its validation clips, evenly over the classes; where none can be read,
// sounds that the program makes, which say as much about the arithmetic.
using NativeCnn.Features.Audio;
using NativeCnn.Features.Synthesis;
using NativeCnn.Model.Data;
using NativeCnn.Model.FeatureSets;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Proofs;

/// <summary>Chooses clips for a <see cref="ModelProof"/>.</summary>
internal static class ProofClips
{
    /// <summary>The most bytes of a proof of two clips and more.</summary>
    public const int MostBytes = 1 << 20;

    private const int MostClips = 8;

    /// <summary>Clips of a list, read anew; made ones where not one can be read.</summary>
    public static IReadOnlyList<ProofClip> Of(
        RunConfig config, IReadOnlyList<ClipEntry> entries, IClipReader reader, CancellationToken cancellation)
    {
        ClipEntry[] byClass = [.. entries.OrderBy(entry => entry.LabelIndex)];
        int count = Math.Min(CountFor(config), byClass.Length);
        List<ProofClip> clips = [];
        for (int i = 0; i < count; i++)
        {
            ClipEntry entry = byClass[(int)(((2L * i) + 1) * byClass.Length / (2L * count))];
            if (TryRead(entry, reader, config.Format, cancellation) is { } sound)
            {
                clips.Add(new ProofClip(entry.RelativePath, entry.Label, sound));
            }
        }

        return clips.Count > 0 ? clips : Made(config);
    }

    /// <summary>Clips that the program makes. What they are is no class of the run: their labels are empty.</summary>
    public static IReadOnlyList<ProofClip> Made(RunConfig config)
    {
        int rate = config.Features.SampleRate;
        return
        [
            .. Enumerable.Range(0, CountFor(config)).Select(i => new ProofClip(
                $"{SoundSynthesizer.Classes[i]} (made)", "",
                new AudioClip(
                    SoundSynthesizer.Generate(i, 0, rate, (double)config.ClipSamples / rate, seed: 1), rate, 1, 32,
                    AudioEncoding.IeeeFloat))),
        ];
    }

    /// <summary>As many as fit into <see cref="MostBytes"/>, from one on.</summary>
    private static int CountFor(RunConfig config)
    {
        ClipFormat format = config.Format;
        long numbers = format.ClipSamples + (2L * format.Channels * format.Frames) + (2L * config.Labels.Count);
        return (int)Math.Clamp(MostBytes / (numbers * sizeof(float)), 1, MostClips);
    }

    private static AudioClip? TryRead(
        ClipEntry entry, IClipReader reader, ClipFormat format, CancellationToken cancellation)
    {
        try
        {
            AudioClip clip = reader.Read(entry, cancellation);
            ClipBlock.ExpectFeasible(clip, entry.RelativePath, format);
            return clip;
        }
        catch (Exception error) when (error is AudioFormatException or DataSetException or IOException
            or UnauthorizedAccessException)
        {
            // It was read when the training began, and is gone since: another clip does as well.
            return null;
        }
    }
}
