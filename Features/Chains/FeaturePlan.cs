using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;
using NativeCnn.Features.Tables;

namespace NativeCnn.Features.Chains;

/// <summary>Sizes of a planned chain and its tables, computed on the host and uploaded once.</summary>
internal sealed class FeaturePlan
{
    public FeaturePlan(ComputeDevice device, FeatureOptions options, int batch, int samples)
    {
        Device = device;
        Options = options;
        Batch = batch;
        Samples = samples;
        Frames = options.Frames(samples);

        float[] window = Array.ConvertAll(Windows.Create(options), w => (float)(w * options.SampleScale));
        Window = device.Upload<float>(new Shape(window.Length), window);
        Fourier = new FourierPlan(device, options.FftSize);

        MelFilterbank bank = MelFilterbank.Create(options);
        MelFirst = device.Upload<int>(new Shape(options.MelBands), bank.FirstBins);
        MelOffsets = device.Upload<int>(new Shape(options.MelBands + 1), bank.Offsets);
        MelWeights = device.Upload<float>(new Shape(bank.Weights.Length), bank.Weights);

        bool isDecibel = options.Log is LogScale.Decibel or LogScale.MagnitudeDecibel;
        Limited = isDecibel && options.TopDb is not null;
        Relative = isDecibel && options.ReferenceIsMaximum;
        Range = (float)(options.TopDb ?? 0);
        // Below the least normal number an exponent no longer says how large a number is.
        const float LeastNormal = 1.17549435e-38f;
        LogFloor = Math.Max((float)options.LogFloor, LeastNormal);
        if (isDecibel)
        {
            double factor = options.Log == LogScale.Decibel ? 10 : 20;
            LogFactor = (float)(factor / Math.Log(10));
            LogShift = (float)(-factor * Math.Log10(Math.Max(options.LogReference, options.LogFloor)));
        }
        else if (options.Log is LogScale.FlooredNatural or LogScale.Log10)
        {
            LogFactor = options.Log == LogScale.Log10 ? (float)(1 / Math.Log(10)) : 1;
        }
        else
        {
            LogFloor = LeastNormal;
            LogOffset = (float)options.LogOffset;
            LogFactor = 1;
        }

        IsMfcc = options.Kind == FeatureKind.Mfcc;
        float[] dct = IsMfcc ? DctMatrix.Create(options) : [];
        Dct = device.Upload<float>(new Shape(dct.Length), dct);
        if (!device.IsHost)
        {
            bool canFuse =
                !IsConditioned && Fourier.IsPowerOfTwo && options.FftSize <= FeatureKernels.LongestShared;
            int highest = canFuse ? 3 : 1;
            IsFused = device.Rungs.Choose(
                FeatureKernels.Ladder, $"{batch} x {samples}, fft {options.FftSize}", highest, highest) == 3;
        }

        if (device.IsHost)
        {
            HostTables = new FeatureHostTables(device, options, Fourier, window, bank, dct);
        }
    }

    public ComputeDevice Device { get; }

    public FeatureOptions Options { get; }

    public int Batch { get; }

    public int Samples { get; }

    public int Frames { get; }

    /// <summary>How far a frame begins before its multiple of the hop.</summary>
    public int Pad => Options.FramePad;

    public bool IsMfcc { get; }

    /// <summary>Whether values far below the clip's maximum are raised to it less <see cref="Range"/>.</summary>
    public bool Limited { get; }

    /// <summary>Whether the clip's maximum is taken from every value.</summary>
    public bool Relative { get; }

    public float Range { get; }

    // L = LogFactor * ln(max(E + LogOffset, LogFloor)) + LogShift, on either scale.
    public float LogFloor { get; }

    public float LogOffset { get; }

    public float LogFactor { get; }

    public float LogShift { get; }

    /// <summary>[fft], times the scale of samples.</summary>
    public Tensor<float> Window { get; }

    /// <summary>The transform of a frame.</summary>
    public FourierPlan Fourier { get; }

    /// <summary>Whether a frame is more than its samples times the window.</summary>
    public bool IsConditioned =>
        Options.RemoveDc || Options.PreEmphasis != 0 || Options.UseEnergy || Options.FrameIsWindow;

    /// <summary>The row of the energy, where there is one; else -1.</summary>
    public int EnergyRow => Options.UseEnergy ? Options.FirstRow : -1;

    /// <summary>The row of the first band of log mel features.</summary>
    public int FirstBand => Options.UseEnergy && !Options.FirstRowLast ? 1 : 0;

    /// <summary>The least energy; below 2^-23 lies nothing, as Kaldi has it.</summary>
    public float EnergyFloor => Math.Max((float)Options.EnergyFloor, 1.1920929e-7f);

    /// <summary>
    /// What the energy of samples, or of windowed samples, which are scaled already, is multiplied by.
    /// </summary>
    public float EnergyScale => Options.RawEnergy ? (float)(Options.SampleScale * Options.SampleScale) : 1f;

    /// <summary>Rows of the features, deltas among them.</summary>
    public int Channels => Options.Rows;

    /// <summary>Whether portable devices go from samples to L in one launch, or stage by stage.</summary>
    public bool IsFused { get; }

    /// <summary>[bands]: each band's first bin.</summary>
    public Tensor<int> MelFirst { get; }

    /// <summary>[bands + 1]: where each band's weights begin.</summary>
    public Tensor<int> MelOffsets { get; }

    public Tensor<float> MelWeights { get; }

    /// <summary>[coefficients, bands], liftering in it; empty for log mel.</summary>
    public Tensor<float> Dct { get; }

    public FeatureHostTables? HostTables { get; }
}
