// Sound to features, on the device: [B, samples] to [B, rows, frames], the chain of FeatureOptions.
//   frames    x_m[n] = x[m hop + n - pad]                            pad and what is padded: Framing
//   condition x_m[n] -= mean of x_m;  x_m[n] -= c x_m[max(0, n - 1)];  x_m[n] *= w[n], the first two on request
//   spectrum  S[k, m] = |sum_n x_m[n] exp(-2 pi i k n / N)|^power    k = 0 .. N/2
//   mel       E[b, m] = sum_k F[b, k] S[k, m]                        F is sparse: triangles
//   log       L = 10 log10(max(E, floor) / reference), at least max(L) - topDb, the maximum over the clip, which may be
//             the reference too; or L = ln(E + offset), ln(max(E, floor)), log10(max(E, floor))
//   MFCC      C[c, m] = sum_b D[c, b] L[b, m]                        liftering in D
//   energy    ln(max(sum_n x_m[n]^2, floor)) for C[0, m], or before L   on request
//   mean      of every row over the clip taken from it, on request   RowMeans
//   deltas    as further rows                                        Deltas
// Raw features are the samples themselves, [B, 1, samples].
// A wavelet cepstrum has another way from S to C: WaveletCepstrumChain.
// Outputs are assigned. A clip's features are the same bits whatever clips are beside it.
//
// Bodies: portable, two launches: one group a frame from the samples to L and the frame's maximum, then one group a
// tile of frames for limit and cosine transform; transforms that are longer than 4,096 samples or no power of two, and
// frames that are conditioned, go stage by stage through memory. Deltas: one launch more for each.
// Host: the same two passes, frames side by side in vector lanes.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Chains;
using NativeCnn.Features.Options;

namespace NativeCnn.Features;

/// <summary>MFCC or log mel features of clips of one length: planned once, no allocation in a call.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class FeatureExtractor
{
    private readonly FeaturePlan plan;
    private readonly Shape input;
    private readonly Deltas? deltas;
    private readonly WaveletCepstrumChain? waveletCepstrum;
    private FeatureStages? stages;

    /// <summary>Plans the chain.</summary>
    /// <param name="device">Where it will run.</param>
    /// <param name="options">The options.</param>
    /// <param name="batch">Clips of a call.</param>
    /// <param name="samples">Samples of a clip.</param>
    /// <exception cref="ArgumentException">
    /// The options do not validate, or a clip is too short for one frame or for its deltas.
    /// </exception>
    public FeatureExtractor(ComputeDevice device, FeatureOptions options, int batch, int samples)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        options.Validate();
        if (options.Frames(samples) == 0)
        {
            int least = options.Center ? 1 : options.SnipEdges ? options.FrameLength : (options.HopLength + 1) / 2;
            throw new ArgumentException(
                $"a clip of {samples} samples holds no frame of {options.FrameLength}: give at least {least} samples",
                nameof(samples));
        }

        if (options.Frames(samples) < options.LeastFrames)
        {
            throw new ArgumentException(
                $"a clip of {samples} samples has {options.Frames(samples)} frames: Savitzky-Golay deltas need " +
                $"{options.LeastFrames}; give longer clips, a smaller DeltaWidth or another DeltaConvention",
                nameof(samples));
        }

        Options = options;
        plan = new FeaturePlan(device, options, batch, samples);
        input = new Shape(batch, samples);
        Output = new Shape(batch, Coefficients, Frames);
        if (options.Kind == FeatureKind.WaveletCepstrum)
        {
            waveletCepstrum = batch > 0 ? new WaveletCepstrumChain(plan) : null;
        }
        else if (options.Kind != FeatureKind.Raw)
        {
            if (device.IsHost)
            {
                FeatureHostLayout.Reserve(plan);
            }
            else
            {
                device.Scratch.Reserve(FeatureKernels.ScratchLength(plan));
            }

            stages = !device.IsHost && !plan.IsFused ? new FeatureStages(plan) : null;
        }

        deltas = options.Deltas > 0 ? new Deltas(device, options, batch, plan.Frames) : null;
    }

    /// <summary>The options.</summary>
    public FeatureOptions Options { get; }

    /// <summary>Rows of the features: cosine coefficients or mel bands, and their deltas.</summary>
    public int Coefficients => Options.Rows;

    /// <summary>Frames of a clip.</summary>
    public int Frames => plan.Frames;

    /// <summary>[batch, coefficients, frames].</summary>
    public Shape Output { get; }

    /// <summary>features = the chain over every clip.</summary>
    /// <param name="clips">[batch, samples].</param>
    /// <param name="features">[batch, coefficients, frames]; assigned.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than planned.</exception>
    public void Extract(Tensor<float> clips, Tensor<float> features)
    {
        clips.Expect(input);
        features.Expect(Output);
        if (plan.Batch == 0)
        {
            return;
        }

        if (Options.Kind == FeatureKind.Raw)
        {
            CopySamples(clips, features);
        }
        else if (waveletCepstrum is not null)
        {
            waveletCepstrum.Extract(clips, features);
        }
        else if (plan.Device.IsHost)
        {
            FeatureHost.Extract(plan, clips, features);
        }
        else if (plan.IsFused)
        {
            FeatureKernels.Extract(plan, clips, features);
        }
        else
        {
            FeatureKernels.Extract(plan, ComputeStages(clips), features);
        }

        if (Options.SubtractMean)
        {
            RowMeans.Subtract(plan.Device, features, Options.StaticRows);
        }

        deltas?.Append(features);
    }

    /// <summary>
    /// The stages between clip and features, for study and tests: slower than <see cref="Extract"/>, the same
    /// arithmetic. Its tensors are allocated at the first call, belong to the extractor and hold the last call's.
    /// </summary>
    /// <param name="clips">[batch, samples].</param>
    /// <exception cref="ArgumentException">The clips have another shape than planned.</exception>
    public FeatureStages Stages(Tensor<float> clips)
    {
        clips.Expect(input);
        if (Options.Kind == FeatureKind.Raw)
        {
            throw new InvalidOperationException("raw features are the samples: there are no stages before them");
        }

        ComputeStages(clips);
        if ((plan.Limited || plan.Relative) && plan.Batch > 0 && !plan.Device.IsHost && waveletCepstrum is null)
        {
            FeatureKernels.Limit(plan, stages!.LogMel);
        }

        return stages!;
    }

    /// <summary>The first row of every clip: all there is, unless deltas follow.</summary>
    private void CopySamples(Tensor<float> clips, Tensor<float> features)
    {
        if (Options.Rows == 1)
        {
            features.CopyFrom(clips);
            return;
        }

        var row = new Shape(input[1]);
        for (int clip = 0; clip < plan.Batch; clip++)
        {
            features.Slice(clip * Options.Rows * input[1], row).CopyFrom(clips.Slice(clip * input[1], row));
        }
    }

    /// <summary>All stages; on portable devices without the limit of the decibel scale.</summary>
    private FeatureStages ComputeStages(Tensor<float> clips)
    {
        stages ??= new FeatureStages(plan);
        if (waveletCepstrum is not null)
        {
            waveletCepstrum.Compute(clips, stages);
        }
        else if (plan.Batch > 0 && plan.Device.IsHost)
        {
            FeatureHost.Compute(plan, clips, stages);
        }
        else if (plan.Batch > 0)
        {
            FeatureKernels.Compute(plan, clips, stages);
        }

        return stages;
    }
}
