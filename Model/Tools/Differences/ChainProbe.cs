using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;
using NativeCnn.Tools.Pictures;

namespace NativeCnn.Tools.Differences;

/// <summary>
/// Computes stages of many chains over one sound. Its device is opened anew now and then, because tensors live as long
/// as their device.
/// </summary>
internal sealed class ChainProbe(float[] samples, int sampleRate, string device) : IDisposable
{
    private const long MostSamples = 4_000_000;

    private readonly Dictionary<int, float[]> byRate = new() { [sampleRate] = samples };
    private ComputeDevice? opened;
    private long done;

    /// <summary>Chains computed so far.</summary>
    public int Trials { get; private set; }

    /// <summary>Samples at a rate.</summary>
    public float[] SamplesAt(int rate)
    {
        if (!byRate.TryGetValue(rate, out float[]? resampled))
        {
            resampled = ClipFeatures.AtRate(Device(samples.Length), samples, sampleRate, rate).ToArray();
            byRate.Add(rate, resampled);
        }

        return resampled;
    }

    /// <summary>Frames of the sound under these options.</summary>
    public int FramesOf(FeatureOptions options) => options.Frames(SamplesAt(options.SampleRate).Length);

    /// <summary>The stages asked for, without those that the chain lacks or the clip is too short for.</summary>
    /// <param name="options">The chain; must validate.</param>
    /// <param name="stages">By the names of <see cref="ReferenceFile"/>.</param>
    public Dictionary<string, ProbedStage> Compute(FeatureOptions options, IReadOnlyCollection<string> stages)
    {
        Dictionary<string, ProbedStage> found = [];
        float[] clip = SamplesAt(options.SampleRate);
        FeatureOptions chain = Reaching(options, stages, clip.Length);
        int frames = chain.Frames(clip.Length);
        if (frames < chain.LeastFrames)
        {
            return found;
        }

        Trials++;
        ComputeDevice at = Device(clip.Length);
        var extractor = new FeatureExtractor(at, chain, 1, clip.Length);
        Tensor<float> input = at.Upload<float>(new Shape(1, clip.Length), clip);
        bool isWavelet = chain.Kind == FeatureKind.WaveletCepstrum;
        if (stages.Any(stage => stage is "power_spectrogram" or "mel" or "log_mel" or "log_spectrum" or "wavelet"))
        {
            FeatureStages computed = extractor.Stages(input);
            Put("power_spectrogram", computed.Power);
            Put("mel", isWavelet ? null : computed.Mel);
            Put("log_mel", isWavelet ? null : computed.LogMel);
            Put("log_spectrum", computed.LogSpectrum);
            Put("wavelet", computed.Wavelet);
            if (!isWavelet && chain.UseEnergy && stages.Contains("log_mel"))
            {
                // As features, these have the energy beside them.
                var logMel = new FeatureExtractor(
                    at, chain with { Kind = FeatureKind.LogMel, Deltas = 0 }, 1, clip.Length);
                Tensor<float> withEnergy = at.Allocate<float>(logMel.Output);
                logMel.Extract(input, withEnergy);
                Put("log_mel", withEnergy);
            }
        }

        if (stages.Any(stage => stage is "mfcc" or "delta" or "delta2" or ReferenceFile.Features))
        {
            Tensor<float> features = at.Allocate<float>(extractor.Output);
            extractor.Extract(input, features);
            Put(ReferenceFile.Features, features);
            float[] values = features.ToArray();
            string[] parts = ["mfcc", "delta", "delta2"];
            for (int part = 0; part <= chain.Deltas; part++)
            {
                int length = chain.StaticRows * frames;
                found[parts[part]] =
                    new ProbedStage(chain.StaticRows, frames, values[(part * length)..((part + 1) * length)]);
            }
        }

        return found;

        void Put(string name, Tensor<float>? tensor)
        {
            if (tensor is not null)
            {
                found[name] = new ProbedStage(tensor.Shape[1], tensor.Shape[2], tensor.ToArray());
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => opened?.Dispose();

    /// <summary>With as many deltas as the stages ask for, where the clip is long enough for them.</summary>
    private static FeatureOptions Reaching(FeatureOptions options, IReadOnlyCollection<string> stages, int samples)
    {
        if (stages.Contains(ReferenceFile.Features))
        {
            return options;
        }

        FeatureOptions with = options with
        {
            Kind = options.Kind == FeatureKind.LogMel ? FeatureKind.Mfcc : options.Kind,
            Deltas = stages.Contains("delta2") ? 2 : stages.Contains("delta") ? 1 : 0,
        };
        return with.Frames(samples) < with.LeastFrames ? with with { Deltas = 0 } : with;
    }

    private ComputeDevice Device(int length)
    {
        done += length;
        if (opened is not null && done > MostSamples)
        {
            opened.Dispose();
            opened = null;
            done = length;
        }

        return opened ??= ComputeDevice.Open(device);
    }
}
