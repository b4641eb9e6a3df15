// A few clips on their way to the device: decoded into rows of one length, resampled there where a file has another
// rate. On the host the rows are the device's memory; elsewhere they are uploaded together.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Samples [rows, clip samples] of clips, as they are decoded. Filled by one thread.</summary>
internal sealed class ClipBlock
{
    // A header that lies about its rate must not cost more memory than this: 256 MiB.
    private const double MostSamples = 1 << 26;

    private readonly ClipFormat format;
    private readonly Tensor<float>? samples;
    private readonly float[] staging;
    private readonly List<int> entries = [];
    private readonly List<(int Row, AudioClip Clip)> foreign = [];

    /// <summary>Makes an empty block.</summary>
    /// <param name="format">Features and clip length.</param>
    /// <param name="rows">Clips at most.</param>
    /// <param name="samples">Where the rows are, in the host's memory; null for memory of the block's own.</param>
    public ClipBlock(ClipFormat format, int rows, Tensor<float>? samples)
    {
        this.format = format;
        this.samples = samples;
        Rows = rows;
        staging = new float[samples is null ? rows * format.ClipSamples : 0];
    }

    /// <summary>Clips at most.</summary>
    public int Rows { get; }

    /// <summary>What each row is of: its place in the list that the block was filled from.</summary>
    public IReadOnlyList<int> Entries => entries;

    /// <summary>Rows whose clips have a rate of their own, with these clips.</summary>
    public IReadOnlyList<(int Row, AudioClip Clip)> Foreign => foreign;

    /// <summary>The row that the next clip goes to.</summary>
    public Span<float> Next => RowAt(entries.Count);

    /// <summary>The next row is taken: it was decoded into.</summary>
    public void Add(int entry) => entries.Add(entry);

    /// <summary>Takes a clip that was decoded elsewhere.</summary>
    /// <exception cref="AudioFormatException">Its rate is one that cannot be brought to the run's.</exception>
    public void Add(int entry, AudioClip clip, string name)
    {
        ExpectFeasible(clip, name, format);
        if (clip.SampleRate == format.Features.SampleRate)
        {
            ClipShaper.Fit(clip.Samples, Next);
        }
        else
        {
            foreign.Add((entries.Count, clip));
        }

        entries.Add(entry);
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        entries.Clear();
        foreign.Clear();
    }

    /// <summary>Brings the clips to a device: [rows, clip samples], silence where there is no clip.</summary>
    public void CopyTo(Tensor<float> target)
    {
        for (int row = entries.Count; row < Rows; row++)
        {
            RowAt(row).Clear();
        }

        if (samples is null)
        {
            target.CopyFrom(staging);
        }
    }

    /// <summary>Refuses a clip whose rate cannot be brought to the run's.</summary>
    /// <exception cref="AudioFormatException">It cannot.</exception>
    public static void ExpectFeasible(AudioClip clip, string name, ClipFormat format)
    {
        int rate = format.Features.SampleRate;
        double wanted = (double)format.ClipSamples * clip.SampleRate / rate;
        if (wanted > Math.Max(MostSamples, format.ClipSamples) ||
            !Resample.IsFeasible(clip.SampleRate, rate, format.ClipSamples))
        {
            throw new AudioFormatException(
                $"{name}: its sample rate of {clip.SampleRate} Hz cannot be brought to {rate} Hz; correct its header");
        }
    }

    private Span<float> RowAt(int row) => samples is { } memory
        ? memory.Span.Slice(row * format.ClipSamples, format.ClipSamples)
        : staging.AsSpan(row * format.ClipSamples, format.ClipSamples);
}
