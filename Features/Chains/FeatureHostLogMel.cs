using System.Runtime.CompilerServices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Options;

namespace NativeCnn.Features.Chains;

/// <summary>The first pass: a block of frames from their samples to L.</summary>
internal readonly unsafe struct FeatureHostLogMel<TVector>
    where TVector : unmanaged, IFloatVector<TVector>
{
    private readonly float* clips;
    private readonly float* window;
    private readonly LanePlan fourier;
    private readonly int* binPlaces;
    private readonly int* melPlaces;
    private readonly int* melOffsets;
    private readonly float* melWeights;
    private readonly float* powerStage;
    private readonly float* melStage;
    private readonly int samples;
    private readonly int frames;
    private readonly int fft;
    private readonly int hop;
    private readonly int pad;
    private readonly int bands;
    private readonly PadMode padMode;
    private readonly bool conditioned;
    private readonly bool removeDc;
    private readonly float preEmphasis;
    private readonly int frameLength;
    private readonly float* energies;
    private readonly long energyStride;
    private readonly bool rawEnergy;
    private readonly float energyScale;
    private readonly float energyFloor;
    private readonly bool magnitude;
    private readonly float logOffset;
    private readonly float logFloor;
    private readonly float logFactor;
    private readonly float logShift;

    /// <param name="plan">The chain.</param>
    /// <param name="clips">[batch, samples].</param>
    /// <param name="stages">What receives the stages, or null.</param>
    /// <param name="features">What receives the energy where there are no stages.</param>
    public FeatureHostLogMel(
        FeaturePlan plan, Tensor<float> clips, FeatureStages? stages, Tensor<float> features)
    {
        conditioned = plan.IsConditioned;
        removeDc = plan.Options.RemoveDc;
        preEmphasis = (float)plan.Options.PreEmphasis;
        frameLength = plan.Options.FrameLength;
        if (plan.Options.UseEnergy)
        {
            energies = stages is null
                ? features.Address + ((long)plan.EnergyRow * plan.Frames)
                : stages.Energy!.Address;
            energyStride = (long)plan.Frames * (stages is null ? plan.Channels : 1);
        }

        rawEnergy = plan.Options.RawEnergy;
        // The window of an even transform is halved here.
        energyScale = plan.EnergyScale * (rawEnergy || !plan.Fourier.IsEven ? 1 : 4);
        energyFloor = plan.EnergyFloor;
        this.clips = clips.Address;
        window = plan.HostTables!.Window.Address;
        fourier = new LanePlan(plan.Fourier);
        binPlaces = plan.HostTables.BinPlaces.Address;
        melPlaces = plan.HostTables.MelPlaces.Address;
        melOffsets = plan.MelOffsets.Address;
        melWeights = plan.MelWeights.Address;
        powerStage = stages is null ? null : stages.Power.Address;
        melStage = stages is null ? null : stages.Mel.Address;
        samples = plan.Samples;
        frames = plan.Frames;
        fft = plan.Options.FftSize;
        hop = plan.Options.HopLength;
        pad = plan.Pad;
        bands = plan.Options.MelBands;
        padMode = plan.Options.PadMode;
        magnitude = plan.Options.Power == 1;
        logOffset = plan.LogOffset;
        logFloor = plan.LogFloor;
        logFactor = plan.LogFactor;
        logShift = plan.LogShift;
    }

    public void Run(in FeatureHostLayout layout, int clip, int block, int worker)
    {
        (int frame, int count) = FeatureHostLayout.FramesOf(block, frames);
        float* signal = layout.BuffersOf(worker);
        Load(clip, frame, count, signal, signal + layout.Signal);
        LaneChirp<TVector>.Transform(signal, fourier, signal + layout.Chirp);
        if (fourier.IsEven)
        {
            Power(signal);
        }
        else
        {
            OddPower(signal);
        }

        float* tiles = layout.TilesOf(clip, worker);
        float* tile = layout.TileOf(tiles, block);
        Mel(signal, tile);
        if (powerStage != null)
        {
            StoreStages(clip, frame, count, signal, tile);
        }

        *layout.MaximumOf(tiles, block) = Log(tile);
    }

    /// <summary>
    /// Samples to lanes, windowed; even ones are the re, odd ones the im of a point; all are re where fft is odd.
    /// </summary>
    private void Load(int clip, int frame, int count, float* signal, float* segment)
    {
        float* source = clips + ((long)clip * samples);
        long start = ((long)frame * hop) - pad;
        int length = ((count - 1) * hop) + frameLength;
        if (start < 0 || start + length > samples)
        {
            CopyPadded(source, start, length, segment);
            source = segment;
            start = 0;
        }

        LaneTranspose<TVector>.ToLanes(
            source + start, hop, count, frameLength, signal, conditioned ? null : window);
        if (conditioned)
        {
            TVector energy = Condition(signal);
            if (energies != null)
            {
                FeatureHostCepstrum<TVector>.Store(energy, energies + (clip * energyStride) + frame, count);
            }
        }

        if (!fourier.IsEven)
        {
            LaneChirp<TVector>.Spread(signal, fft);
        }
    }

    /// <summary>Mean, pre-emphasis and window, in place, and silence behind the frame.</summary>
    /// <returns>The logarithm of energy.</returns>
    private TVector Condition(float* frame)
    {
        TVector mean = TVector.Zero;
        if (removeDc)
        {
            // In two steps, as FeatureKernels.Condition does: what the first leaves is small, and so is its rounding.
            TVector first = Mean(frame);
            for (int n = 0; n < frameLength; n++)
            {
                float* at = frame + (n * TVector.Count);
                (TVector.Load(at) - first).Store(at);
            }

            mean = Mean(frame);
        }

        // From the last sample on, whose neighbour is then still as it was.
        TVector energy = TVector.Zero;
        TVector factor = TVector.Create(-preEmphasis);
        for (int n = frameLength - 1; n >= 0; n--)
        {
            float* at = frame + (n * TVector.Count);
            TVector raw = TVector.Load(at) - mean;
            TVector before = TVector.Load(n == 0 ? at : at - TVector.Count) - mean;
            TVector value = TVector.Create(window[n]) * TVector.FusedMultiplyAdd(factor, before, raw);
            TVector counted = rawEnergy ? raw : value;
            energy = TVector.FusedMultiplyAdd(counted, counted, energy);
            value.Store(at);
        }

        new Span<float>(frame + (frameLength * TVector.Count), (fft - frameLength) * TVector.Count).Clear();
        return Logarithm.Ln(TVector.Max(TVector.Create(energyScale) * energy, TVector.Create(energyFloor)));
    }

    /// <summary>The mean over a frame's samples, of every lane; summed in four parts.</summary>
    private TVector Mean(float* frame)
    {
        TVector s0 = TVector.Zero;
        TVector s1 = TVector.Zero;
        TVector s2 = TVector.Zero;
        TVector s3 = TVector.Zero;
        int n = 0;
        for (; n <= frameLength - 4; n += 4)
        {
            float* at = frame + (n * TVector.Count);
            s0 += TVector.Load(at);
            s1 += TVector.Load(at + TVector.Count);
            s2 += TVector.Load(at + (2 * TVector.Count));
            s3 += TVector.Load(at + (3 * TVector.Count));
        }

        for (; n < frameLength; n++)
        {
            s0 += TVector.Load(frame + (n * TVector.Count));
        }

        return (s0 + s1 + (s2 + s3)) / TVector.Create(frameLength);
    }

    private void CopyPadded(float* source, long start, int length, float* segment)
    {
        int inside = (int)Math.Clamp(-start, 0, length);
        int beyond = (int)Math.Clamp(samples - start, inside, length);
        for (int i = 0; i < inside; i++)
        {
            segment[i] = Padding(source, start + i);
        }

        new ReadOnlySpan<float>(source + start + inside, beyond - inside).CopyTo(
            new Span<float>(segment + inside, beyond - inside));
        for (int i = beyond; i < length; i++)
        {
            segment[i] = Padding(source, start + i);
        }
    }

    private float Padding(float* source, long position) =>
        padMode == PadMode.Constant ? 0f : source[Framing.SourceIndex(position, samples, padMode)];

    /// <summary>
    /// |E + W O|^2 and |E - W O|^2 for bins k and N/2 - k, in place of Z_k and Z_{N/2-k}; bin N/2 beside bin 0. The
    /// window is halved, so E and O lack their halves.
    /// </summary>
    private void Power(float* z)
    {
        int points = fft / 2;
        TVector re = TVector.Load(z);
        TVector im = TVector.Load(z + TVector.Count);
        TVector sum = re + im;
        TVector difference = re - im;
        StorePower(z + binPlaces[0], TVector.Create(4f) * sum * sum);
        StorePower(z + binPlaces[points], TVector.Create(4f) * difference * difference);
        for (int k = 1; k <= points / 2; k++)
        {
            float* here = z + binPlaces[k];
            float* there = z + binPlaces[points - k];
            TVector hereRe = TVector.Load(here);
            TVector hereIm = TVector.Load(here + TVector.Count);
            TVector thereRe = TVector.Load(there);
            TVector thereIm = TVector.Load(there + TVector.Count);
            TVector evenRe = hereRe + thereRe;
            TVector evenIm = hereIm - thereIm;
            TVector oddRe = hereIm + thereIm;
            TVector oddIm = thereRe - hereRe;
            TVector c = TVector.Create(fourier.Roots[2 * k]);
            TVector s = TVector.Create(fourier.Roots[(2 * k) + 1]);
            TVector turnedRe = TVector.FusedMultiplyAdd(oddRe, c, -(oddIm * s));
            TVector turnedIm = TVector.FusedMultiplyAdd(oddRe, s, oddIm * c);
            StorePower(here, evenRe + turnedRe, evenIm + turnedIm);
            StorePower(there, evenRe - turnedRe, evenIm - turnedIm);
        }
    }

    /// <summary>|Z_k|^2 in place of Z_k.</summary>
    private void OddPower(float* z)
    {
        for (int k = 0; k <= fft / 2; k++)
        {
            float* at = z + binPlaces[k];
            StorePower(at, TVector.Load(at), TVector.Load(at + TVector.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StorePower(float* power, TVector re, TVector im) =>
        StorePower(power, TVector.FusedMultiplyAdd(re, re, im * im));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StorePower(float* power, TVector square) =>
        (magnitude ? TVector.Sqrt(square) : square).Store(power);

    private void Mel(float* power, float* tile)
    {
        // Read once, and two sums at a time: a sum alone would wait for itself.
        int* places = melPlaces;
        int* offsets = melOffsets;
        float* weights = melWeights;
        int w = offsets[0];
        for (int band = 0; band < bands; band++, tile += TVector.Count)
        {
            int end = offsets[band + 1];
            TVector even = TVector.Zero;
            TVector odd = TVector.Zero;
            for (; w < end - 1; w += 2)
            {
                TVector.AddScaled(ref even, weights + w, TVector.Load(power + places[w]));
                TVector.AddScaled(ref odd, weights + w + 1, TVector.Load(power + places[w + 1]));
            }

            if (w < end)
            {
                TVector.AddScaled(ref even, weights + w, TVector.Load(power + places[w]));
                w++;
            }

            (even + odd).Store(tile);
        }
    }

    /// <summary>L in place of the mel spectrum.</summary>
    /// <returns>Its maximum.</returns>
    private float Log(float* tile)
    {
        TVector offset = TVector.Create(logOffset);
        TVector floor = TVector.Create(logFloor);
        TVector factor = TVector.Create(logFactor);
        TVector shift = TVector.Create(logShift);
        TVector maximum = TVector.Create(float.NegativeInfinity);
        for (int band = 0; band < bands; band++)
        {
            float* at = tile + (band * TVector.Count);
            TVector x = TVector.Max(TVector.Load(at) + offset, floor);
            TVector value = TVector.FusedMultiplyAdd(Logarithm.Ln(x), factor, shift);
            maximum = TVector.Max(maximum, value);
            value.Store(at);
        }

        float* lanes = stackalloc float[TVector.Count];
        maximum.Store(lanes);
        float largest = lanes[0];
        for (int lane = 1; lane < TVector.Count; lane++)
        {
            largest = Math.Max(largest, lanes[lane]);
        }

        return largest;
    }

    private void StoreStages(int clip, int frame, int count, float* power, float* tile)
    {
        int bins = (fft / 2) + 1;
        for (int k = 0; k < bins; k++)
        {
            long row = ((long)clip * bins) + k;
            var values = TVector.Load(power + binPlaces[k]);
            FeatureHostCepstrum<TVector>.Store(values, powerStage + (row * frames) + frame, count);
        }

        for (int band = 0; band < bands; band++)
        {
            long row = ((long)clip * bands) + band;
            var values = TVector.Load(tile + (band * TVector.Count));
            FeatureHostCepstrum<TVector>.Store(values, melStage + (row * frames) + frame, count);
        }
    }
}
