using NativeCnn.Engine.Devices;
using NativeCnn.Model.Proofs;
using NativeCnn.Model.Runs;

namespace NativeCnn.Tools.Verifying;

/// <summary>An export that is to be computed again.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Proof">Its proof.</param>
/// <param name="Config">Labels, features and network as the proof has them.</param>
/// <param name="Device">The device for what computes on one.</param>
/// <param name="MayRun">Whether programs of the folder may be run.</param>
/// <param name="Cancellation">Stops a program that runs.</param>
internal sealed record ExportFolder(
    string Path, ModelProof Proof, RunConfig Config, ComputeDevice Device, bool MayRun,
    CancellationToken Cancellation)
{
    /// <summary>How far stages may be off where all is computed in float32.</summary>
    public ProofTolerances Tolerances =>
        ProofTolerances.Of(Proof.Setting, FloatPrecision.Fp32, Config.FeaturePrecision);

    /// <summary>The path of a file.</summary>
    public string At(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>
    /// A number for each clip of the stretches that the network is given of it: [N, C, T] to N times as many [C, t],
    /// stretch after stretch.
    /// </summary>
    public float[][] StretchesOf(ReadOnlySpan<float> values)
    {
        (int channels, int frames) = (Config.Format.Channels, Config.Format.Frames);
        List<float[]> stretches = [];
        for (int clip = 0; clip < Proof.Count; clip++)
        {
            ReadOnlySpan<float> all = values.Slice(clip * channels * frames, channels * frames);
            for (int i = 0; i < (Config.Cropping?.TestCrops ?? 1); i++)
            {
                int start = Config.Cropping?.StartOf(i) ?? 0;
                int length = Config.Cropping?.Frames ?? frames;
                float[] one = new float[channels * length];
                for (int c = 0; c < channels; c++)
                {
                    all.Slice((c * frames) + start, length).CopyTo(one.AsSpan(c * length));
                }

                stretches.Add(one);
            }
        }

        return [.. stretches];
    }

    /// <summary>The mean over the stretches of each clip, of logits that came stretch after stretch.</summary>
    public float[] MeanOfStretches(float[] logits)
    {
        (int crops, int classes) = (Config.Cropping?.TestCrops ?? 1, Config.Labels.Count);
        float[] mean = new float[Proof.Count * classes];
        for (int i = 0; i < logits.Length; i++)
        {
            mean[(i / (crops * classes) * classes) + (i % classes)] += logits[i] / crops;
        }

        return mean;
    }
}
