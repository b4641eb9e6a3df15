// The portable kernels between the operators of WaveletCepstrumChain.
//   LogSpectrum: a group a frame, from its spectrum to L and the frame's maximum.
//   LimitSpectrum: a group a frame, limit and reference by the clip's maximum, in place.
//   TransposeFrames: a thread an element, [batch * frames, width] to [batch, width, frames].
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Chains;

/// <summary>The portable kernels of <see cref="WaveletCepstrumChain"/> and how they are launched.</summary>
internal static class WaveletCepstrumKernels
{
    public static void Log(
        FeaturePlan plan, Tensor<float> spectrum, Tensor<float> logSpectrum, Tensor<float> maxima)
    {
        ComputeDevice device = plan.Device;
        int groupSize = Math.Min(device.GroupSize, FeatureKernels.MaxGroupSize);
        device.Load<FeatureKernels.LogMelArgs>(LogSpectrum).Launch(
            maxima.Length, groupSize,
            new FeatureKernels.LogMelArgs(plan, spectrum.View, logSpectrum.View, maxima.View));
        if (plan.Limited || plan.Relative)
        {
            device.Load<FeatureKernels.CepstrumArgs>(LimitSpectrum).Launch(
                maxima.Length, groupSize,
                new FeatureKernels.CepstrumArgs(
                    plan, logSpectrum.View, maxima.View, logSpectrum.View, plan.Frames, plan.Options.Bins, 0));
        }
    }

    public static void Transpose(FeaturePlan plan, Tensor<float> rows, Tensor<float> features) =>
        plan.Device.Load<TransposeArgs>(TransposeFrames).LaunchOver(
            rows.Length, new TransposeArgs(plan, rows.View, rows.Shape[1], features.View, features.Shape[1]));

    /// <summary>
    /// Source: spectrum [batch * frames, bins, 2]; targets: L [batch * frames, bins] and every frame's maximum.
    /// </summary>
    internal static void LogSpectrum(FeatureKernels.LogMelArgs a)
    {
        ArrayView<float> threadMaxima = SharedMemory.Allocate<float>(FeatureKernels.MaxGroupSize);
        int bins = (a.Fft / 2) + 1;
        long first = (long)Grid.IdxX * bins;
        float maximum = float.NegativeInfinity;
        for (int k = Group.IdxX; k < bins; k += Group.DimX)
        {
            long at = 2 * (first + k);
            float power = FeatureKernels.PowerOf(a.Clips[at], a.Clips[at + 1], a.Magnitude);
            float value = FeatureKernels.LogOf(a, power);
            a.LogMel[first + k] = value;
            maximum = FeatureKernels.AtLeast(value, maximum);
        }

        maximum = FeatureKernels.GroupMaximum(threadMaxima, maximum);
        if (Group.IdxX == 0)
        {
            a.Maxima[Grid.IdxX] = maximum;
        }
    }

    /// <summary>L, [batch * frames, channels], in place; a tile is a frame.</summary>
    internal static void LimitSpectrum(FeatureKernels.CepstrumArgs a)
    {
        float maximum = FeatureKernels.ClipMaximum(a);
        float least = a.Limited != 0 ? maximum - a.Range : float.NegativeInfinity;
        float zero = a.Relative != 0 ? maximum : 0f;
        long first = (long)Grid.IdxX * a.Channels;
        for (int k = Group.IdxX; k < a.Channels; k += Group.DimX)
        {
            a.Features[first + k] = FeatureKernels.AtLeast(a.LogMel[first + k], least) - zero;
        }
    }

    internal static void TransposeFrames(TransposeArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Width * a.Frames; i += Grid.DimX * Group.DimX)
        {
            int t = i % a.Frames;
            int column = i / a.Frames % a.Width;
            int clip = i / (a.Frames * a.Width);
            a.Features[(((clip * a.Channels) + column) * a.Frames) + t] =
                a.Rows[((((long)clip * a.Frames) + t) * a.Width) + column];
        }
    }

    internal readonly struct TransposeArgs(
        FeaturePlan plan, ArrayView<float> rows, int width, ArrayView<float> features, int channels)
    {
        public readonly ArrayView<float> Rows = rows;
        public readonly ArrayView<float> Features = features;
        public readonly int Batch = plan.Batch;
        public readonly int Frames = plan.Frames;
        public readonly int Width = width;
        public readonly int Channels = channels;
    }
}
