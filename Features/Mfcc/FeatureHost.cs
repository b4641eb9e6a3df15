// The host bodies of FeatureExtractor: sixteen neighbouring frames of a clip side by side in vector lanes, a part of work
// a block of frames.
//   first pass    samples -> lanes -> spectrum -> power -> mel -> L, as a tile [bands, 16], and the block's maximum
//   second pass   limit and cosine transform of a tile, eight coefficients at a time
// The last block of a clip is moved back to end with the last frame: frames that it shares with its neighbour are
// computed twice, with the same result. A clip of fewer than sixteen frames repeats its last one.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Spectral;

namespace NativeCnn.Features;

/// <summary>The host bodies of <see cref="FeatureExtractor"/>.</summary>
internal static unsafe class FeatureHost
{
    private const int Lanes = LaneTranspose.Lanes;

    /// <summary>All tiles, their maxima, and what every worker needs.</summary>
    public static long ScratchLength(FeaturePlan plan)
    {
        Layout layout = new(plan, null);
        return layout.Tiles + layout.Maxima + (plan.Device.Workers.Count * layout.PerWorker);
    }

    /// <summary>The chain, in two passes over the workers; in one where nothing limits L.</summary>
    public static void Extract(FeaturePlan plan, Tensor<float> clips, Tensor<float> features)
    {
        var layout = new Layout(plan, plan.Device.Scratch.TakeAddress(ScratchLength(plan)));
        int parts = plan.Batch * layout.Blocks;
        plan.Device.Workers.Run(parts, new LogMelBody(plan, layout, clips, features, null));
        if (plan.Limited)
        {
            plan.Device.Workers.Run(parts, new CepstrumBody(plan, layout, features.Address, plan.IsMfcc));
        }
    }

    /// <summary>The first pass, which stores its stages, and the limit.</summary>
    public static void Compute(FeaturePlan plan, Tensor<float> clips, FeatureStages stages)
    {
        var layout = new Layout(plan, plan.Device.Scratch.TakeAddress(ScratchLength(plan)));
        int parts = plan.Batch * layout.Blocks;
        plan.Device.Workers.Run(parts, new LogMelBody(plan, layout, clips, null, stages));
        plan.Device.Workers.Run(parts, new CepstrumBody(plan, layout, stages.LogMel.Address, isMfcc: false));
    }

    /// <summary>Where tiles, maxima and the workers' buffers stand in scratch memory.</summary>
    private readonly struct Layout
    {
        private readonly float* scratch;

        public Layout(FeaturePlan plan, float* scratch)
        {
            this.scratch = scratch;
            Blocks = (plan.Frames + Lanes - 1) / Lanes;
            Tile = plan.Options.MelBands * Lanes;
            Tiles = (long)plan.Batch * Blocks * Tile;
            Maxima = ((long)plan.Batch * Blocks + Lanes - 1) / Lanes * Lanes;
            Signal = (long)plan.Options.FftSize * Lanes;
            long segment = ((Lanes - 1L) * plan.Options.HopLength) + plan.Options.FftSize;
            PerWorker = Signal + ((segment + Lanes - 1) / Lanes * Lanes);
        }

        /// <summary>Blocks of sixteen frames in a clip.</summary>
        public int Blocks { get; }

        /// <summary>Floats of a tile.</summary>
        public int Tile { get; }

        public long Tiles { get; }

        public long Maxima { get; }

        /// <summary>Floats of sixteen frames.</summary>
        public long Signal { get; }

        public long PerWorker { get; }

        public float* TileOf(int part) => scratch + ((long)part * Tile);

        public float* MaximumOf(int part) => scratch + Tiles + part;

        public float* WorkerBuffers(int worker) => scratch + Tiles + Maxima + (worker * PerWorker);
    }

    /// <summary>Which frames a part has.</summary>
    private static (int Clip, int Frame, int Count) FramesOf(int part, int blocks, int frames)
    {
        int clip = part / blocks;
        int first = (part - (clip * blocks)) * Lanes;
        return frames < Lanes ? (clip, 0, frames) : (clip, Math.Min(first, frames - Lanes), Lanes);
    }

    /// <summary>Stores a tile [rows, 16] to rows of frames.</summary>
    private static void Store(Vector512<float> row, float* target, int count)
    {
        if (count == Lanes)
        {
            row.Store(target);
            return;
        }

        for (int lane = 0; lane < count; lane++)
        {
            target[lane] = row[lane];
        }
    }

    private readonly struct LogMelBody : IHostBody
    {
        private readonly Layout layout;
        private readonly CepstrumBody cepstrum;
        private readonly float* clips;
        private readonly float* window;
        private readonly float* roots;
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
        private readonly bool magnitude;
        private readonly bool finish;
        private readonly float logOffset;
        private readonly float logFloor;
        private readonly float logFactor;
        private readonly float logShift;

        public LogMelBody(
            FeaturePlan plan, Layout layout, Tensor<float> clips, Tensor<float>? features, FeatureStages? stages)
        {
            this.layout = layout;
            this.clips = clips.Address;
            window = plan.HostTables!.HalfWindow.Address;
            roots = plan.Roots.Address;
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
            finish = features is not null && !plan.Limited;
            cepstrum = finish ? new CepstrumBody(plan, layout, features!.Address, plan.IsMfcc) : default;
        }

        public void Run(int part, int worker)
        {
            (int clip, int frame, int count) = FramesOf(part, layout.Blocks, frames);
            float* signal = layout.WorkerBuffers(worker);
            Load(clip, frame, count, signal, signal + layout.Signal);
            LaneFourier.Transform(signal, fft / 2, roots, fft);
            Power(signal);
            float* tile = layout.TileOf(part);
            Mel(signal, tile);
            if (powerStage != null)
            {
                StoreStages(clip, frame, count, signal, tile);
            }

            *layout.MaximumOf(part) = Log(tile);
            if (finish)
            {
                cepstrum.Run(part, worker);
            }
        }

        /// <summary>Samples to lanes, windowed; even ones are the re, odd ones the im of a point.</summary>
        private void Load(int clip, int frame, int count, float* signal, float* segment)
        {
            float* source = clips + ((long)clip * samples);
            long start = ((long)frame * hop) - pad;
            int length = ((count - 1) * hop) + fft;
            if (start < 0 || start + length > samples)
            {
                CopyPadded(source, start, length, segment);
                source = segment;
                start = 0;
            }

            LaneTranspose.ToLanes(source + start, hop, count, fft, signal, window);
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
            Vector512<float> re = Vector512.Load(z);
            Vector512<float> im = Vector512.Load(z + Lanes);
            Vector512<float> sum = re + im;
            Vector512<float> difference = re - im;
            StorePower(z + binPlaces[0], 4f * sum * sum);
            StorePower(z + binPlaces[points], 4f * difference * difference);
            for (int k = 1; k <= points / 2; k++)
            {
                float* here = z + binPlaces[k];
                float* there = z + binPlaces[points - k];
                Vector512<float> hereRe = Vector512.Load(here);
                Vector512<float> hereIm = Vector512.Load(here + Lanes);
                Vector512<float> thereRe = Vector512.Load(there);
                Vector512<float> thereIm = Vector512.Load(there + Lanes);
                Vector512<float> evenRe = hereRe + thereRe;
                Vector512<float> evenIm = hereIm - thereIm;
                Vector512<float> oddRe = hereIm + thereIm;
                Vector512<float> oddIm = thereRe - hereRe;
                var c = Vector512.Create(roots[2 * k]);
                var s = Vector512.Create(roots[(2 * k) + 1]);
                Vector512<float> turnedRe = Vector512.FusedMultiplyAdd(oddRe, c, -(oddIm * s));
                Vector512<float> turnedIm = Vector512.FusedMultiplyAdd(oddRe, s, oddIm * c);
                StorePower(here, evenRe + turnedRe, evenIm + turnedIm);
                StorePower(there, evenRe - turnedRe, evenIm - turnedIm);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void StorePower(float* power, Vector512<float> re, Vector512<float> im) =>
            StorePower(power, Vector512.FusedMultiplyAdd(re, re, im * im));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void StorePower(float* power, Vector512<float> square) =>
            (magnitude ? Vector512.Sqrt(square) : square).Store(power);

        private void Mel(float* power, float* tile)
        {
            for (int band = 0; band < bands; band++)
            {
                Vector512<float> sum = Vector512<float>.Zero;
                for (int w = melOffsets[band]; w < melOffsets[band + 1]; w++)
                {
                    sum = Vector512.FusedMultiplyAdd(
                        Vector512.Load(power + melPlaces[w]), Vector512.Create(melWeights[w]), sum);
                }

                sum.Store(tile + (band * Lanes));
            }
        }

        /// <summary>L in place of the mel spectrum.</summary>
        /// <returns>Its maximum.</returns>
        private float Log(float* tile)
        {
            var offset = Vector512.Create(logOffset);
            var floor = Vector512.Create(logFloor);
            var factor = Vector512.Create(logFactor);
            var shift = Vector512.Create(logShift);
            var maximum = Vector512.Create(float.NegativeInfinity);
            for (int band = 0; band < bands; band++)
            {
                float* at = tile + (band * Lanes);
                Vector512<float> x = Vector512.Max(Vector512.Load(at) + offset, floor);
                Vector512<float> value = Vector512.FusedMultiplyAdd(Logarithm.Ln(x), factor, shift);
                maximum = Vector512.Max(maximum, value);
                value.Store(at);
            }

            float largest = maximum[0];
            for (int lane = 1; lane < Lanes; lane++)
            {
                largest = Math.Max(largest, maximum[lane]);
            }

            return largest;
        }

        private void StoreStages(int clip, int frame, int count, float* power, float* tile)
        {
            int bins = (fft / 2) + 1;
            for (int k = 0; k < bins; k++)
            {
                long row = ((long)clip * bins) + k;
                Store(Vector512.Load(power + binPlaces[k]), powerStage + (row * frames) + frame, count);
            }

            for (int band = 0; band < bands; band++)
            {
                long row = ((long)clip * bands) + band;
                Store(Vector512.Load(tile + (band * Lanes)), melStage + (row * frames) + frame, count);
            }
        }
    }

    private readonly struct CepstrumBody : IHostBody
    {
        private readonly Layout layout;
        private readonly float* dct;
        private readonly float* features;
        private readonly int frames;
        private readonly int bands;
        private readonly int rows;
        private readonly bool isMfcc;
        private readonly bool limited;
        private readonly float range;

        public CepstrumBody(FeaturePlan plan, Layout layout, float* features, bool isMfcc)
        {
            this.layout = layout;
            dct = plan.HostTables!.PackedDct.Address;
            this.features = features;
            frames = plan.Frames;
            bands = plan.Options.MelBands;
            rows = isMfcc ? plan.Options.Coefficients : bands;
            this.isMfcc = isMfcc;
            limited = plan.Limited;
            range = plan.Range;
        }

        public void Run(int part, int worker)
        {
            (int clip, int frame, int count) = FramesOf(part, layout.Blocks, frames);
            float* tile = layout.TileOf(part);
            Vector512<float> least = Vector512.Create(limited ? Least(clip) : float.NegativeInfinity);
            float* target = features + ((long)clip * rows * frames) + frame;
            if (!isMfcc)
            {
                for (int band = 0; band < bands; band++)
                {
                    Vector512<float> value = Vector512.Max(Vector512.Load(tile + (band * Lanes)), least);
                    Store(value, target + ((long)band * frames), count);
                }

                return;
            }

            for (int row = 0; row < rows; row += FeatureHostTables.DctRows)
            {
                Rows(tile, least, row, target, count);
            }
        }

        private float Least(int clip)
        {
            float maximum = float.NegativeInfinity;
            for (int block = 0; block < layout.Blocks; block++)
            {
                maximum = Math.Max(maximum, *layout.MaximumOf((clip * layout.Blocks) + block));
            }

            return maximum - range;
        }

        /// <summary>Eight coefficients of sixteen frames.</summary>
        private void Rows(float* tile, Vector512<float> least, int row, float* target, int count)
        {
            float* weight = dct + ((long)row * bands);
            Vector512<float> c0 = Vector512<float>.Zero;
            Vector512<float> c1 = Vector512<float>.Zero;
            Vector512<float> c2 = Vector512<float>.Zero;
            Vector512<float> c3 = Vector512<float>.Zero;
            Vector512<float> c4 = Vector512<float>.Zero;
            Vector512<float> c5 = Vector512<float>.Zero;
            Vector512<float> c6 = Vector512<float>.Zero;
            Vector512<float> c7 = Vector512<float>.Zero;
            for (int band = 0; band < bands; band++, tile += Lanes, weight += FeatureHostTables.DctRows)
            {
                Vector512<float> value = Vector512.Max(Vector512.Load(tile), least);
                c0 = Vector512.FusedMultiplyAdd(value, Vector512.Create(weight[0]), c0);
                c1 = Vector512.FusedMultiplyAdd(value, Vector512.Create(weight[1]), c1);
                c2 = Vector512.FusedMultiplyAdd(value, Vector512.Create(weight[2]), c2);
                c3 = Vector512.FusedMultiplyAdd(value, Vector512.Create(weight[3]), c3);
                c4 = Vector512.FusedMultiplyAdd(value, Vector512.Create(weight[4]), c4);
                c5 = Vector512.FusedMultiplyAdd(value, Vector512.Create(weight[5]), c5);
                c6 = Vector512.FusedMultiplyAdd(value, Vector512.Create(weight[6]), c6);
                c7 = Vector512.FusedMultiplyAdd(value, Vector512.Create(weight[7]), c7);
            }

            Put(c0, row, target, count);
            Put(c1, row + 1, target, count);
            Put(c2, row + 2, target, count);
            Put(c3, row + 3, target, count);
            Put(c4, row + 4, target, count);
            Put(c5, row + 5, target, count);
            Put(c6, row + 6, target, count);
            Put(c7, row + 7, target, count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Put(Vector512<float> values, int row, float* target, int count)
        {
            if (row < rows)
            {
                Store(values, target + ((long)row * frames), count);
            }
        }
    }
}
