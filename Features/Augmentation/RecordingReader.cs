// Reads a folder's recordings for augmentation: each is decoded, brought to the run's rate on the device, and kept
// until the samples of all reach a limit. Which are kept where they are too many depends on the seed alone.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;

namespace NativeCnn.Features.Augmentation;

/// <summary>Reads recordings at one rate.</summary>
public static class RecordingReader
{
    /// <summary>The most samples of all recordings together: 256 MiB, 70 minutes at 16 kHz.</summary>
    public const int MostSamples = 1 << 26;

    /// <summary>Reads recordings that are mixed into clips.</summary>
    /// <param name="device">Where they are resampled.</param>
    /// <param name="files">Their paths.</param>
    /// <param name="sampleRate">The rate to bring them to, in hertz.</param>
    /// <param name="seed">Says which are kept where they are too many.</param>
    /// <param name="mostSamples">The most samples of all together.</param>
    public static ReadRecordings Read(
        ComputeDevice device, IReadOnlyList<string> files, int sampleRate, long seed, int mostSamples = MostSamples) =>
        Read(
            device, files, sampleRate, seed, mostSamples,
            samples => samples.AsSpan().ContainsAnyExcept(0f) ? samples : null);

    /// <summary>
    /// Reads room impulse responses: each begins at its largest sample, the direct sound, as Kaldi's
    /// <c>wav-reverberate</c> shifts its output; what lies beyond a clip is cut; its energy is 1 (the L2 norm that
    /// torchaudio's tutorial on data augmentation divides by), so that white noise keeps its own.
    /// </summary>
    /// <param name="device">Where they are resampled.</param>
    /// <param name="files">Their paths.</param>
    /// <param name="sampleRate">The rate to bring them to, in hertz.</param>
    /// <param name="clipSamples">Samples of a clip.</param>
    /// <param name="seed">Says which are kept where they are too many.</param>
    /// <param name="mostSamples">The most samples of all together.</param>
    public static ReadRecordings ReadResponses(
        ComputeDevice device, IReadOnlyList<string> files, int sampleRate, int clipSamples, long seed,
        int mostSamples = MostSamples) =>
        Read(device, files, sampleRate, seed, mostSamples, samples => ResponseOf(samples, clipSamples));

    /// <summary>A response from its direct sound on, of energy 1; null where it is silent.</summary>
    internal static float[]? ResponseOf(ReadOnlySpan<float> samples, int clipSamples)
    {
        int direct = 0;
        for (int i = 1; i < samples.Length; i++)
        {
            direct = Math.Abs(samples[i]) > Math.Abs(samples[direct]) ? i : direct;
        }

        float[] response = samples[direct..Math.Min(samples.Length, direct + clipSamples)].ToArray();
        double energy = response.Sum(value => (double)value * value);
        double scale = 1 / Math.Sqrt(energy);
        return energy > 0 ? Array.ConvertAll(response, value => (float)(value * scale)) : null;
    }

    private static ReadRecordings Read(
        ComputeDevice device, IReadOnlyList<string> files, int sampleRate, long seed, int mostSamples,
        Func<float[], float[]?> shape)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(files);
        var resampler = new RecordingResampler(device, sampleRate);
        int[] order = [.. Enumerable.Range(0, files.Count)];
        new SplitMix64(seed, files.Count).Shuffle(order.AsSpan());
        var kept = new SortedDictionary<int, float[]>();
        List<string> skipped = [];
        int total = 0;
        int left = 0;
        foreach (int i in order)
        {
            if (total >= mostSamples)
            {
                left++;
                continue;
            }

            try
            {
                float[]? samples = shape(resampler.Resample(AudioFile.Read(files[i]), files[i], mostSamples - total));
                if (samples is { Length: > 0 })
                {
                    kept.Add(i, samples);
                    total += samples.Length;
                }
                else
                {
                    skipped.Add($"{files[i]}: it is silent");
                }
            }
            catch (AudioFormatException error)
            {
                skipped.Add(error.Message);
            }
        }

        return new ReadRecordings([.. kept.Values], skipped, left);
    }
}
