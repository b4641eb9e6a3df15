// The portable kernels of FeatureExtractor. The ladder ("mfcc"); a frame is 4 hop bytes of sound read and 4
// coefficients written, so what passes through memory between its stages is what there is to save:
//   1. a launch a stage: Frame (or Condition), the rungs of RealFft, Power, Mel, FrameMaximum: every stage's result
//      goes through memory, some 12 bytes a sample of every frame and 12 a bin. For study, and for transforms that are
//      longer or no power of two.
//   3. samples to L in one launch, all of a frame in shared memory and registers: LogMelShort, LogMelLong.
// Both end with Cepstrum or LimitTile.
//   LogMelShort (fft to 1,024: 8 KiB shared), LogMelLong (to 4,096: 32 KiB): a group a frame, from samples to L.
//   Cepstrum: a group a tile of frames, limit and cosine transform, four coefficients a thread. LimitTile: limit alone.
//   Condition: a group a frame, mean, energy, pre-emphasis and window. EnergyRow: the energy into the features.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;

namespace NativeCnn.Features.Chains;

/// <summary>The portable kernels of <see cref="FeatureExtractor"/> and how they are launched.</summary>
internal static class FeatureKernels
{
    /// <summary>The longest transform that a group does in shared memory.</summary>
    public const int LongestShared = 4096;

    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "mfcc";

    private const int LongestShort = 1024;
    /// <summary>Threads of the largest group.</summary>
    public const int MaxGroupSize = 256;

    private const int TileFrames = 32;
    private const int RowsPerThread = 4;
    private const int Silent = -1;
    private const int Held = -2;
    private const int Repeated = -3;

    /// <summary>L of all clips and the maximum of every frame.</summary>
    public static long ScratchLength(FeaturePlan plan) =>
        (long)plan.Batch * plan.Frames * (plan.Options.MelBands + 1);

    /// <summary>Two launches; for log mel without limit one.</summary>
    public static void Extract(FeaturePlan plan, Tensor<float> clips, Tensor<float> features)
    {
        (ArrayView<float> logMel, ArrayView<float> maxima) = Take(plan);
        bool isThere = !plan.IsMfcc && plan.Channels == plan.Options.MelBands;
        ArrayView<float> target = isThere ? features.View : logMel;
        var args = new LogMelArgs(plan, clips.View, target, maxima);
        ComputeDevice device = plan.Device;
        Kernel<LogMelArgs> kernel = plan.Options.FftSize <= LongestShort
            ? device.Load<LogMelArgs>(LogMelShort)
            : device.Load<LogMelArgs>(LogMelLong);
        int groupSize = Math.Clamp(plan.Options.FftSize / 8, 32, Math.Min(device.GroupSize, MaxGroupSize));
        kernel.Launch(plan.Batch * plan.Frames, groupSize, args);
        Finish(plan, target, maxima, features.View, isThere);
    }

    /// <summary>The features of stages that are computed already, without their limit.</summary>
    public static void Extract(FeaturePlan plan, FeatureStages stages, Tensor<float> features)
    {
        Finish(plan, stages.LogMel.View, Maxima(plan, stages.LogMel), features.View, isThere: false);
        if (stages.Energy is { } energy)
        {
            plan.Device.Load<CepstrumArgs>(EnergyRow).LaunchOver(
                energy.Length,
                new CepstrumArgs(
                    plan, energy.View, energy.View, features.View, 0, plan.Channels, plan.Options.FirstRow));
        }
    }

    /// <summary>Power, mel and logarithm, without limit, a launch a stage.</summary>
    public static void Compute(FeaturePlan plan, Tensor<float> clips, FeatureStages stages)
    {
        ComputeDevice device = plan.Device;
        Tensor<float> windowed = stages.Windowed!;
        Window(plan, clips, windowed, stages.Energy);
        stages.Fft!.Forward(windowed, stages.Spectrum!);
        Power(plan, stages.Spectrum!, stages.Power);
        device.Load<LogMelArgs>(Mel).LaunchOver(
            stages.Mel.Length, new LogMelArgs(plan, stages.Power.View, stages.LogMel.View, stages.Mel.View));
    }

    /// <summary>The frames of all clips, [batch * frames, fft], conditioned and windowed.</summary>
    public static void Window(FeaturePlan plan, Tensor<float> clips, Tensor<float> windowed, Tensor<float>? energy)
    {
        ComputeDevice device = plan.Device;
        var args = new LogMelArgs(plan, clips.View, windowed.View, (energy ?? windowed).View);
        if (plan.IsConditioned)
        {
            device.Load<ConditionArgs>(Condition).Launch(
                plan.Batch * plan.Frames, GroupSum.Threads(device), new ConditionArgs(plan, args));
        }
        else
        {
            device.Load<LogMelArgs>(Frame).LaunchOver(windowed.Length, args);
        }
    }

    /// <summary>Power, [batch, bins, frames], of spectra [batch * frames, bins, 2].</summary>
    public static void Power(FeaturePlan plan, Tensor<float> spectrum, Tensor<float> power) =>
        plan.Device.Load<LogMelArgs>(Power).LaunchOver(
            power.Length, new LogMelArgs(plan, spectrum.View, power.View, power.View));

    /// <summary>Raises L to the clip's maximum less the range, in place.</summary>
    public static void Limit(FeaturePlan plan, Tensor<float> logMel) =>
        Launch(plan, plan.Device.Load<CepstrumArgs>(LimitTile), logMel.View, Maxima(plan, logMel), logMel.View,
            plan.Options.MelBands, 0);

    [Rung(Ladder, 3)]
    internal static void LogMelShort(LogMelArgs a) =>
        LogMelOfFrame(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShort / 2));

    [Rung(Ladder, 3)]
    internal static void LogMelLong(LogMelArgs a) =>
        LogMelOfFrame(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShared / 2));

    internal static void Cepstrum(CepstrumArgs a)
    {
        float maximum = ClipMaximum(a);
        float least = a.Limited != 0 ? maximum - a.Range : float.NegativeInfinity;
        float zero = a.Relative != 0 ? maximum : 0f;
        int clip = Grid.IdxX / a.Tiles;
        int firstFrame = (Grid.IdxX - (clip * a.Tiles)) * TileFrames;
        int rowBlocks = (a.Rows + RowsPerThread - 1) / RowsPerThread;
        for (int i = Group.IdxX; i < rowBlocks * TileFrames; i += Group.DimX)
        {
            int row = i / TileFrames * RowsPerThread;
            int frame = firstFrame + (i % TileFrames);
            if (frame < a.Frames)
            {
                // Rows beyond the last repeat it: they are computed and not stored.
                int d0 = row * a.Bands;
                int d1 = IntrinsicMath.Min(row + 1, a.Rows - 1) * a.Bands;
                int d2 = IntrinsicMath.Min(row + 2, a.Rows - 1) * a.Bands;
                int d3 = IntrinsicMath.Min(row + 3, a.Rows - 1) * a.Bands;
                float c0 = 0f;
                float c1 = 0f;
                float c2 = 0f;
                float c3 = 0f;
                int at = (clip * a.Bands * a.Frames) + frame;
                for (int b = 0; b < a.Bands; b++)
                {
                    float value = AtLeast(a.LogMel[at + (b * a.Frames)], least) - zero;
                    c0 += a.Dct[d0 + b] * value;
                    c1 += a.Dct[d1 + b] * value;
                    c2 += a.Dct[d2 + b] * value;
                    c3 += a.Dct[d3 + b] * value;
                }

                int put = (((clip * a.Channels) + row) * a.Frames) + frame;
                a.Features[put] = c0;
                if (row + 1 < a.Rows)
                {
                    a.Features[put + a.Frames] = c1;
                }

                if (row + 2 < a.Rows)
                {
                    a.Features[put + (2 * a.Frames)] = c2;
                }

                if (row + 3 < a.Rows)
                {
                    a.Features[put + (3 * a.Frames)] = c3;
                }
            }
        }
    }

    internal static void LimitTile(CepstrumArgs a)
    {
        float maximum = ClipMaximum(a);
        float least = a.Limited != 0 ? maximum - a.Range : float.NegativeInfinity;
        float zero = a.Relative != 0 ? maximum : 0f;
        int clip = Grid.IdxX / a.Tiles;
        int firstFrame = (Grid.IdxX - (clip * a.Tiles)) * TileFrames;
        for (int i = Group.IdxX; i < a.Bands * TileFrames; i += Group.DimX)
        {
            int frame = firstFrame + (i % TileFrames);
            if (frame < a.Frames)
            {
                int band = i / TileFrames;
                int at = (((clip * a.Bands) + band) * a.Frames) + frame;
                int put = (((clip * a.Channels) + a.FirstRow + band) * a.Frames) + frame;
                a.Features[put] = AtLeast(a.LogMel[at], least) - zero;
            }
        }
    }

    /// <summary>
    /// The first row of the features is the logarithm of energy, which comes as LogMel, [batch, frames].
    /// </summary>
    internal static void EnergyRow(CepstrumArgs a)
    {
        int frames = a.Frames;
        for (int i = Grid.GlobalLinearIndex; i < a.Clips * frames; i += Grid.DimX * Group.DimX)
        {
            int clip = i / frames;
            a.Features[(((clip * a.Channels) + a.FirstRow) * frames) + (i - (clip * frames))] = a.LogMel[i];
        }
    }

    /// <summary>Source: clips; targets: [batch * frames, fft] and, as maxima, the logarithm of energy.</summary>
    [Rung(Ladder, 1)]
    internal static void Condition(ConditionArgs c)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        LogMelArgs a = c.Frame;
        int row = Grid.IdxX;
        int clip = row / a.Frames;
        int start = ((row - (clip * a.Frames)) * a.Hop) - a.Pad;

        // The mean is taken away in two steps: rounded once, it would leave of a large constant as much as its last
        // bit. What the first step leaves is exact where samples lie close to the mean, and small; so is the rounding
        // of the second.
        float mean = 0f;
        float rest = 0f;
        if (c.RemoveDc != 0)
        {
            float sum = 0f;
            for (int n = Group.IdxX; n < c.Length; n += Group.DimX)
            {
                sum += Sample(a, clip, start + n);
            }

            mean = GroupSum.Of(shared, sum) / c.Length;
            sum = 0f;
            for (int n = Group.IdxX; n < c.Length; n += Group.DimX)
            {
                sum += Sample(a, clip, start + n) - mean;
            }

            rest = GroupSum.Of(shared, sum) / c.Length;
        }

        float energy = 0f;
        for (int n = Group.IdxX; n < a.Fft; n += Group.DimX)
        {
            float value = 0f;
            if (n < c.Length)
            {
                float raw = Sample(a, clip, start + n) - mean - rest;
                float before = Sample(a, clip, start + IntrinsicMath.Max(n - 1, 0)) - mean - rest;
                value = a.Window[n] * (raw - (c.PreEmphasis * before));
                float counted = c.RawEnergy != 0 ? raw : value;
                energy += counted * counted;
            }

            a.LogMel[((long)row * a.Fft) + n] = value;
        }

        if (c.UseEnergy != 0)
        {
            energy = GroupSum.Of(shared, energy);
            if (Group.IdxX == 0)
            {
                a.Maxima[row] = Logarithm.Ln(AtLeast(c.EnergyScale * energy, c.EnergyFloor));
            }
        }
    }

    /// <summary>Source: clips; target: [batch * frames, fft].</summary>
    [Rung(Ladder, 1)]
    internal static void Frame(LogMelArgs a)
    {
        long all = (long)a.Batch * a.Frames * a.Fft;
        for (long i = Grid.GlobalLinearIndex; i < all; i += Grid.DimX * Group.DimX)
        {
            int row = (int)(i / a.Fft);
            int n = (int)(i - ((long)row * a.Fft));
            int clip = row / a.Frames;
            a.LogMel[i] = a.Window[n] * Sample(a, clip, ((row - (clip * a.Frames)) * a.Hop) - a.Pad + n);
        }
    }

    /// <summary>Source: spectrum [batch * frames, bins, 2]; target: power [batch, bins, frames].</summary>
    [Rung(Ladder, 1)]
    internal static void Power(LogMelArgs a)
    {
        int bins = (a.Fft / 2) + 1;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * bins * a.Frames; i += Grid.DimX * Group.DimX)
        {
            int frame = i % a.Frames;
            int bin = i / a.Frames % bins;
            int clip = i / (a.Frames * bins);
            long at = 2 * ((((long)clip * a.Frames) + frame) * bins + bin);
            a.LogMel[i] = PowerOf(a.Clips[at], a.Clips[at + 1], a.Magnitude);
        }
    }

    /// <summary>Source: power [batch, bins, frames]; targets: L and, as maxima, mel [batch, bands, frames].</summary>
    [Rung(Ladder, 1)]
    internal static void Mel(LogMelArgs a)
    {
        int bins = (a.Fft / 2) + 1;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Bands * a.Frames; i += Grid.DimX * Group.DimX)
        {
            int frame = i % a.Frames;
            int band = i / a.Frames % a.Bands;
            int clip = i / (a.Frames * a.Bands);
            int at = (((clip * bins) + a.MelFirst[band]) * a.Frames) + frame;
            float sum = 0f;
            for (int w = a.MelOffsets[band]; w < a.MelOffsets[band + 1]; w++, at += a.Frames)
            {
                sum += a.MelWeights[w] * a.Clips[at];
            }

            a.Maxima[i] = sum;
            a.LogMel[i] = LogOf(a, sum);
        }
    }

    /// <summary>The maximum of L over the bands of every frame.</summary>
    [Rung(Ladder, 1)]
    internal static void FrameMaximum(CepstrumArgs a)
    {
        int frames = a.Frames;
        for (int i = Grid.GlobalLinearIndex; i < a.Clips * frames; i += Grid.DimX * Group.DimX)
        {
            int clip = i / frames;
            int at = (clip * a.Bands * frames) + (i - (clip * frames));
            float maximum = a.LogMel[at];
            for (int b = 1; b < a.Bands; b++)
            {
                maximum = AtLeast(a.LogMel[at + (b * frames)], maximum);
            }

            a.Maxima[i] = maximum;
        }
    }

    private static void LogMelOfFrame(LogMelArgs a, ArrayView<float> work)
    {
        ArrayView<float> threadMaxima = SharedMemory.Allocate<float>(MaxGroupSize);
        int clip = Grid.IdxX / a.Frames;
        int frame = Grid.IdxX - (clip * a.Frames);
        int points = a.Fft / 2;

        // Samples, windowed: even ones are the re, odd ones the im of a point.
        int start = (frame * a.Hop) - a.Pad;
        for (int j = Group.IdxX; j < points; j += Group.DimX)
        {
            work[j] = a.Window[2 * j] * Sample(a, clip, start + (2 * j));
            work[points + j] = a.Window[(2 * j) + 1] * Sample(a, clip, start + (2 * j) + 1);
        }

        Group.Barrier();
        int spectrum = GroupFourier.Transform(work, points, a.Roots, a.Fft);

        // Power, in the buffer that the transform left free.
        int power = (2 * points) - spectrum;
        for (int k = Group.IdxX; k <= points; k += Group.DimX)
        {
            GroupFourier.Split(work, spectrum, points, a.Roots, k, out float re, out float im);
            work[power + k] = PowerOf(re, im, a.Magnitude);
        }

        Group.Barrier();
        float maximum = float.NegativeInfinity;
        for (int band = Group.IdxX; band < a.Bands; band += Group.DimX)
        {
            float sum = 0f;
            int at = power + a.MelFirst[band];
            for (int w = a.MelOffsets[band]; w < a.MelOffsets[band + 1]; w++, at++)
            {
                sum += a.MelWeights[w] * work[at];
            }

            float value = LogOf(a, sum);
            a.LogMel[(((clip * a.Bands) + band) * a.Frames) + frame] = value;
            maximum = AtLeast(value, maximum);
        }

        maximum = GroupMaximum(threadMaxima, maximum);
        if (Group.IdxX == 0)
        {
            a.Maxima[Grid.IdxX] = maximum;
        }
    }

    /// <summary>The clip's maximum where anything asks for it; else minus infinity.</summary>
    internal static float ClipMaximum(CepstrumArgs a)
    {
        ArrayView<float> threadMaxima = SharedMemory.Allocate<float>(MaxGroupSize);
        int clip = Grid.IdxX / a.Tiles;
        float maximum = float.NegativeInfinity;
        if (a.Limited != 0 || a.Relative != 0)
        {
            for (int m = Group.IdxX; m < a.Frames; m += Group.DimX)
            {
                maximum = AtLeast(a.Maxima[(clip * a.Frames) + m], maximum);
            }
        }

        return GroupMaximum(threadMaxima, maximum);
    }

    /// <summary>The maximum over the threads of a group, for all of them; every thread must call it.</summary>
    internal static float GroupMaximum(ArrayView<float> threadMaxima, float mine)
    {
        const int Second = 16;
        threadMaxima[Group.IdxX] = mine;
        Group.Barrier();
        if (Group.IdxX < Second)
        {
            for (int t = Group.IdxX + Second; t < Group.DimX; t += Second)
            {
                mine = AtLeast(threadMaxima[t], mine);
            }

            threadMaxima[Group.IdxX] = mine;
        }

        Group.Barrier();
        float maximum = threadMaxima[0];
        for (int t = 1; t < Second; t++)
        {
            maximum = AtLeast(threadMaxima[t], maximum);
        }

        return maximum;
    }

    /// <summary>The sample at a place that may lie in the padding; as Framing.SourceIndex has it.</summary>
    private static float Sample(LogMelArgs a, int clip, int position)
    {
        int source = position;
        if (position < 0 || position >= a.Samples)
        {
            if (a.Mirrored == Silent)
            {
                return 0f;
            }

            int period = a.Mirrored == Repeated ? a.Samples : IntrinsicMath.Max(2 * (a.Samples - 1 + a.Mirrored), 1);
            int folded = ((position % period) + period) % period;
            folded = folded < a.Samples ? folded : period - a.Mirrored - folded;
            int end = position < 0 ? 0 : a.Samples - 1;
            source = a.Mirrored == Held ? end : folded;
        }

        return a.Clips[(clip * a.Samples) + source];
    }

    internal static float PowerOf(float re, float im, int magnitude)
    {
        float square = (re * re) + (im * im);
        return magnitude != 0 ? MathF.Sqrt(square) : square;
    }

    internal static float LogOf(LogMelArgs a, float mel) =>
        (a.LogFactor * Logarithm.Ln(AtLeast(mel + a.LogOffset, a.LogFloor))) + a.LogShift;

    /// <summary>The larger one; a value that is no number stays none.</summary>
    internal static float AtLeast(float value, float least) => value < least ? least : value;

    private static (ArrayView<float> LogMel, ArrayView<float> Maxima) Take(FeaturePlan plan)
    {
        long frames = (long)plan.Batch * plan.Frames;
        long logMel = frames * plan.Options.MelBands;
        ArrayView<float> all = plan.Device.Scratch.Take(logMel + frames);
        return (all.SubView(0, logMel), all.SubView(logMel, frames));
    }

    private static ArrayView<float> Maxima(FeaturePlan plan, Tensor<float> logMel)
    {
        ArrayView<float> maxima = Take(plan).Maxima;
        plan.Device.Load<CepstrumArgs>(FrameMaximum).LaunchOver(
            maxima.Length, new CepstrumArgs(plan, logMel.View, maxima, logMel.View, 0, 0, 0));
        return maxima;
    }

    private static void Finish(
        FeaturePlan plan, ArrayView<float> logMel, ArrayView<float> maxima, ArrayView<float> features, bool isThere)
    {
        if (plan.IsMfcc)
        {
            Launch(plan, plan.Device.Load<CepstrumArgs>(Cepstrum), logMel, maxima, features, plan.Channels, 0);
        }
        else if (plan.Limited || plan.Relative || !isThere)
        {
            Launch(
                plan, plan.Device.Load<CepstrumArgs>(LimitTile), logMel, maxima, features, plan.Channels,
                plan.FirstBand);
        }
    }

    private static void Launch(
        FeaturePlan plan, Kernel<CepstrumArgs> kernel, ArrayView<float> logMel, ArrayView<float> maxima,
        ArrayView<float> features, int channels, int firstRow)
    {
        int tiles = (plan.Frames + TileFrames - 1) / TileFrames;
        kernel.Launch(
            plan.Batch * tiles, Math.Min(plan.Device.GroupSize, MaxGroupSize),
            new CepstrumArgs(plan, logMel, maxima, features, tiles, channels, firstRow));
    }

    internal readonly struct LogMelArgs(
        FeaturePlan plan, ArrayView<float> clips, ArrayView<float> logMel, ArrayView<float> maxima)
    {
        public readonly ArrayView<float> Clips = clips;
        public readonly ArrayView<float> LogMel = logMel;
        public readonly ArrayView<float> Maxima = maxima;
        public readonly ArrayView<float> Window = plan.Window.View;
        public readonly ArrayView<float> Roots = plan.Fourier.Roots.View;
        public readonly ArrayView<int> MelFirst = plan.MelFirst.View;
        public readonly ArrayView<int> MelOffsets = plan.MelOffsets.View;
        public readonly ArrayView<float> MelWeights = plan.MelWeights.View;
        public readonly int Batch = plan.Batch;
        public readonly int Samples = plan.Samples;
        public readonly int Frames = plan.Frames;
        public readonly int Fft = plan.Options.FftSize;
        public readonly int Hop = plan.Options.HopLength;
        public readonly int Pad = plan.Pad;
        public readonly int Bands = plan.Options.MelBands;

        /// <summary>How often a mirror repeats the end samples, 0 or 1; below 0 what else is padded.</summary>
        public readonly int Mirrored = plan.Options.PadMode switch
        {
            PadMode.Reflect => 0,
            PadMode.Symmetric => 1,
            PadMode.Edge => Held,
            PadMode.Wrap => Repeated,
            _ => Silent,
        };

        public readonly int Magnitude = plan.Options.Power == 1 ? 1 : 0;
        public readonly float LogOffset = plan.LogOffset;
        public readonly float LogFloor = plan.LogFloor;
        public readonly float LogFactor = plan.LogFactor;
        public readonly float LogShift = plan.LogShift;
    }

    internal readonly struct ConditionArgs(FeaturePlan plan, LogMelArgs frame)
    {
        public readonly LogMelArgs Frame = frame;
        public readonly int Length = plan.Options.FrameLength;
        public readonly int RemoveDc = plan.Options.RemoveDc ? 1 : 0;
        public readonly int UseEnergy = plan.Options.UseEnergy ? 1 : 0;
        public readonly int RawEnergy = plan.Options.RawEnergy ? 1 : 0;
        public readonly float PreEmphasis = (float)plan.Options.PreEmphasis;
        public readonly float EnergyScale = plan.EnergyScale;
        public readonly float EnergyFloor = plan.EnergyFloor;
    }

    internal readonly struct CepstrumArgs(
        FeaturePlan plan, ArrayView<float> logMel, ArrayView<float> maxima, ArrayView<float> features, int tiles,
        int channels, int firstRow)
    {
        public readonly ArrayView<float> LogMel = logMel;
        public readonly ArrayView<float> Maxima = maxima;
        public readonly ArrayView<float> Features = features;
        public readonly ArrayView<float> Dct = plan.Dct.View;
        public readonly int Clips = plan.Batch;
        public readonly int Tiles = tiles;
        public readonly int Frames = plan.Frames;
        public readonly int Bands = plan.Options.MelBands;
        public readonly int Rows = plan.Options.StaticRows;
        public readonly int Channels = channels;
        public readonly int FirstRow = firstRow;
        public readonly int Limited = plan.Limited ? 1 : 0;
        public readonly int Relative = plan.Relative ? 1 : 0;
        public readonly float Range = plan.Range;
    }
}
