// Clips of silence, each a function of the seed and its number. A tenth is exact silence. The others are a stretch of
// a background recording from a random place on, times a factor evenly spread over [0, 1), as the reference code of
// Speech Commands has it (input_data.py: background_volume for silence); without recordings, noise of -70 to -30 dBFS,
// white to brown.
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Augmentation;

namespace NativeCnn.Model.Data.Keywords;

/// <summary>Makes clips of silence; for several threads at once.</summary>
internal sealed class SilenceMaker
{
    private const long Key = 0x4E4F_4953;
    private const double ExactShare = 0.1;

    private readonly IReadOnlyList<AudioClip> recordings;
    private readonly long seed;
    private readonly double seconds;
    private readonly int sampleRate;

    private SilenceMaker(
        IReadOnlyList<AudioClip> recordings, string source, long seed, double seconds, int sampleRate)
    {
        this.recordings = recordings;
        Source = source;
        this.seed = seed;
        this.seconds = seconds;
        this.sampleRate = sampleRate;
    }

    /// <summary>What the clips are made of.</summary>
    public string Source { get; }

    /// <summary>Reads the recordings.</summary>
    /// <param name="folder">Where they lie; null synthesises noise.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="seconds">Length of a clip.</param>
    /// <param name="sampleRate">Rate of what is synthesised, in hertz.</param>
    /// <exception cref="DataSetException">Not one recording can be read.</exception>
    public static SilenceMaker Of(RecordingFolder? folder, long seed, double seconds, int sampleRate)
    {
        if (folder is null)
        {
            return new SilenceMaker(
                [], "synthesised noise, as there are no background recordings (--augment background=DIR names some)",
                seed, seconds, sampleRate);
        }

        List<AudioClip> recordings = [];
        IReadOnlyList<string> files = RecordingFolders.FilesOf(folder.Folder);
        string? reason = null;
        long total = 0;
        foreach (string file in files)
        {
            try
            {
                AudioClip clip = AudioFile.Read(file);
                total += clip.Samples.Length;
                if (recordings.Count > 0 && total > RecordingReader.MostSamples)
                {
                    break;
                }

                if (clip.Samples.Length > 0)
                {
                    recordings.Add(clip);
                }
            }
            catch (AudioFormatException error)
            {
                reason ??= error.Message;
            }
        }

        return recordings.Count > 0
            ? new SilenceMaker(
                recordings, $"cut from {recordings.Count} of {files.Count} recordings in '{folder.Folder}'", seed,
                seconds, sampleRate)
            : throw new DataSetException(
                $"not one recording of '{folder.Folder}' can be read; the first: {reason ?? "it is empty"}");
    }

    /// <summary>A clip.</summary>
    /// <param name="number">Which.</param>
    public AudioClip Make(long number)
    {
        var random = new SplitMix64(seed, Key, number);
        bool isExact = random.Between(0, 1) < ExactShare;
        if (recordings.Count == 0)
        {
            float[] noise = new float[LengthAt(sampleRate)];
            if (!isExact)
            {
                FillWithNoise(noise, ref random);
            }

            return new AudioClip(noise, sampleRate, Channels: 1, BitsPerSample: 32, AudioEncoding.IeeeFloat);
        }

        AudioClip recording = recordings[random.Below(recordings.Count)];
        float[] samples = new float[LengthAt(recording.SampleRate)];
        int length = recording.Samples.Length;
        int place = random.Below(length > samples.Length ? length - samples.Length + 1 : length);
        float factor = isExact ? 0 : (float)random.Between(0, 1);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = factor * recording.Samples[(place + i) % length];
        }

        return recording with { Samples = samples };
    }

    private int LengthAt(int rate) => Math.Max(1, (int)(seconds * rate));

    /// <summary>A first-order recursion of white noise, brought to a level.</summary>
    private static void FillWithNoise(float[] samples, ref SplitMix64 random)
    {
        double memory = random.Between(0, 0.98);
        double level = Math.Pow(10, random.Between(-70, -30) / 20);
        double[] values = new double[samples.Length];
        double value = 0;
        for (int i = 0; i < values.Length; i++)
        {
            value = (memory * value) + random.Between(-1, 1);
            values[i] = value;
        }

        double scale = level / Math.Sqrt(values.Average(one => one * one));
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)(scale * values[i]);
        }
    }
}
