// The host bodies of FeatureExtractor: neighbouring frames of a clip side by side in vector lanes, as many
// as there are: a block.
//   first pass    samples -> lanes -> spectrum -> power -> mel -> L, as a tile [bands, lanes], and the block's maximum
//   second pass   limit and cosine transform of a tile, eight coefficients at a time
// With clips enough for all workers, a part of work is a clip and does both passes while its tiles are in the cache;
// with few long clips, a part is a block, and all parts do the first pass before any does the second.
// The last block of a clip is moved back to end with the last frame: frames that it shares with its neighbour are
// computed twice, with the same result. A clip of fewer frames than lanes repeats its last one.
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Chains;

/// <summary>The host bodies of <see cref="FeatureExtractor"/>.</summary>
internal static unsafe class FeatureHost
{
    /// <summary>The chain over all clips.</summary>
    public static void Extract(FeaturePlan plan, Tensor<float> clips, Tensor<float> features)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                Run<FloatVector512>(plan, clips, null, features, plan.IsMfcc);
                break;
            case 8:
                Run<FloatVector256>(plan, clips, null, features, plan.IsMfcc);
                break;
            default:
                Run<FloatVector128>(plan, clips, null, features, plan.IsMfcc);
                break;
        }
    }

    /// <summary>The first pass, which stores its stages, and the limit.</summary>
    public static void Compute(FeaturePlan plan, Tensor<float> clips, FeatureStages stages)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                Run<FloatVector512>(plan, clips, stages, stages.LogMel, isMfcc: false);
                break;
            case 8:
                Run<FloatVector256>(plan, clips, stages, stages.LogMel, isMfcc: false);
                break;
            default:
                Run<FloatVector128>(plan, clips, stages, stages.LogMel, isMfcc: false);
                break;
        }
    }

    private static void Run<TVector>(
        FeaturePlan plan, Tensor<float> clips, FeatureStages? stages, Tensor<float> target, bool isMfcc)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        var logMel = new FeatureHostLogMel<TVector>(plan, clips, stages, target);
        var cepstrum = stages is null
            ? new FeatureHostCepstrum<TVector>(
                plan, target.Address, isMfcc, plan.Channels, plan.EnergyRow, plan.FirstBand)
            : new FeatureHostCepstrum<TVector>(plan, target.Address, isMfcc, plan.Options.MelBands, -1, 0);
        HostWorkers workers = plan.Device.Workers;
        FeatureHostLayout layout = FeatureHostLayout.Take(plan);
        if (layout.ByClips)
        {
            workers.Run(plan.Batch, new ClipPart<TVector>(layout, logMel, cepstrum));
        }
        else
        {
            workers.Run(plan.Batch * layout.Blocks, new LogMelPart<TVector>(layout, logMel));
            workers.Run(plan.Batch * layout.Blocks, new CepstrumPart<TVector>(layout, cepstrum));
        }
    }

    /// <summary>Both passes over a clip.</summary>
    private readonly struct ClipPart<TVector>(
        FeatureHostLayout layout, FeatureHostLogMel<TVector> logMel, FeatureHostCepstrum<TVector> cepstrum) : IHostBody
        where TVector : unmanaged, IFloatVector<TVector>
    {
        public void Run(int part, int worker)
        {
            for (int block = 0; block < layout.Blocks; block++)
            {
                logMel.Run(layout, part, block, worker);
            }

            for (int block = 0; block < layout.Blocks; block++)
            {
                cepstrum.Run(layout, part, block, worker);
            }
        }
    }

    /// <summary>The first pass over a block.</summary>
    private readonly struct LogMelPart<TVector>(
        FeatureHostLayout layout, FeatureHostLogMel<TVector> logMel) : IHostBody
        where TVector : unmanaged, IFloatVector<TVector>
    {
        public void Run(int part, int worker) =>
            logMel.Run(layout, part / layout.Blocks, part % layout.Blocks, worker);
    }

    /// <summary>The second pass over a block.</summary>
    private readonly struct CepstrumPart<TVector>(
        FeatureHostLayout layout, FeatureHostCepstrum<TVector> cepstrum) : IHostBody
        where TVector : unmanaged, IFloatVector<TVector>
    {
        public void Run(int part, int worker) =>
            cepstrum.Run(layout, part / layout.Blocks, part % layout.Blocks, worker);
    }
}
