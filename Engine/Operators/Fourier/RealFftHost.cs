using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="RealFft"/>: a part is as many rows as a vector has lanes.</summary>
internal static unsafe class RealFftHost
{
    /// <summary>For each worker: two buffers of a part's rows, with room for the last bin, and the chirp's.</summary>
    public static long ScratchLength(HostWorkers workers, FourierPlan plan) => workers.Count * PerWorker(plan);

    public static void Forward(ComputeDevice device, FourierPlan plan, Tensor<float> x, Tensor<float> spectrum)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                Forward<FloatVector512>(device, plan, x, spectrum);
                break;
            case 8:
                Forward<FloatVector256>(device, plan, x, spectrum);
                break;
            default:
                Forward<FloatVector128>(device, plan, x, spectrum);
                break;
        }
    }

    public static void Inverse(ComputeDevice device, FourierPlan plan, Tensor<float> spectrum, Tensor<float> x)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                Inverse<FloatVector512>(device, plan, spectrum, x);
                break;
            case 8:
                Inverse<FloatVector256>(device, plan, spectrum, x);
                break;
            default:
                Inverse<FloatVector128>(device, plan, spectrum, x);
                break;
        }
    }

    private static void Forward<TVector>(
        ComputeDevice device, FourierPlan plan, Tensor<float> x, Tensor<float> spectrum)
        where TVector : unmanaged, IFloatVector<TVector> => device.Workers.Run(
            Parts(x.Shape[0]),
            new ForwardBody<TVector>(
                x.Address, spectrum.Address, new LanePlan(plan), new Buffers(device, plan), x.Shape[0]));

    private static void Inverse<TVector>(
        ComputeDevice device, FourierPlan plan, Tensor<float> spectrum, Tensor<float> x)
        where TVector : unmanaged, IFloatVector<TVector> => device.Workers.Run(
            Parts(x.Shape[0]),
            new InverseBody<TVector>(
                spectrum.Address, x.Address, new LanePlan(plan), new Buffers(device, plan), x.Shape[0]));

    private static long RowsLength(FourierPlan plan) => 2L * Math.Max(plan.Points, plan.Bins) * HostSimd.Lanes;

    private static long PerWorker(FourierPlan plan) => (2 * RowsLength(plan)) + LanePlan.WorkLength(plan);

    private static int Parts(int batch) => (batch + HostSimd.Lanes - 1) / HostSimd.Lanes;

    /// <summary>Where the buffers of a worker stand.</summary>
    private readonly struct Buffers(ComputeDevice device, FourierPlan plan)
    {
        private readonly float* scratch = device.Scratch.TakeAddress(ScratchLength(device.Workers, plan));
        private readonly long perWorker = PerWorker(plan);
        private readonly long rows = RowsLength(plan);

        public float* Signal(int worker) => scratch + (worker * perWorker);

        public float* Work(int worker) => Signal(worker) + rows;

        public float* Chirp(int worker) => Work(worker) + rows;
    }

    private readonly struct ForwardBody<TVector>(
        float* x, float* spectrum, LanePlan plan, Buffers buffers, int batch) : IHostBody
        where TVector : unmanaged, IFloatVector<TVector>
    {
        private static int Lanes => TVector.Count;

        private static int Point => 2 * TVector.Count;

        public void Run(int part, int worker)
        {
            (int points, int length) = (plan.Points, plan.Length);
            int first = part * Lanes;
            int rows = Math.Min(Lanes, batch - first);
            float* signal = buffers.Signal(worker);
            float* work = buffers.Work(worker);

            // Even samples are the re, odd ones the im of a point: the rows as they are.
            LaneTranspose<TVector>.ToLanes(x + ((long)first * length), length, rows, length, signal);
            if (plan.IsEven)
            {
                LaneChirp<TVector>.Transform(signal, plan, buffers.Chirp(worker));
                for (int k = 0; k <= points / 2; k++)
                {
                    Split(signal, work, k, points);
                }
            }
            else
            {
                LaneChirp<TVector>.Spread(signal, length);
                LaneChirp<TVector>.Transform(signal, plan, buffers.Chirp(worker));
                for (int k = 0; k <= length / 2; k++)
                {
                    float* from = signal + ((long)plan.Order[k] * Point);
                    TVector.Load(from).Store(work + ((long)k * Point));
                    TVector.Load(from + Lanes).Store(work + ((long)k * Point) + Lanes);
                }
            }

            int columns = 2 * ((length / 2) + 1);
            LaneTranspose<TVector>.FromLanes(work, columns, spectrum + ((long)first * columns), columns, rows);
        }

        /// <summary>Bins k and N/2 - k: X_k = E + W O, X_{N/2-k} = conj(E - W O).</summary>
        private void Split(float* z, float* bins, int k, int points)
        {
            float* here = z + ((long)plan.Order[k] * Point);
            float* there = z + ((long)plan.Order[k == 0 ? 0 : points - k] * Point);
            TVector half = TVector.Create(0.5f);
            TVector evenRe = half * (TVector.Load(here) + TVector.Load(there));
            TVector evenIm = half * (TVector.Load(here + Lanes) - TVector.Load(there + Lanes));
            TVector oddRe = half * (TVector.Load(here + Lanes) + TVector.Load(there + Lanes));
            TVector oddIm = half * (TVector.Load(there) - TVector.Load(here));
            TVector c = TVector.Create(plan.Roots[2 * k]);
            TVector s = TVector.Create(plan.Roots[(2 * k) + 1]);
            TVector turnedRe = TVector.FusedMultiplyAdd(oddRe, c, -(oddIm * s));
            TVector turnedIm = TVector.FusedMultiplyAdd(oddRe, s, oddIm * c);
            float* mirror = bins + ((long)(points - k) * Point);
            (evenRe - turnedRe).Store(mirror);
            (turnedIm - evenIm).Store(mirror + Lanes);
            float* at = bins + ((long)k * Point);
            (evenRe + turnedRe).Store(at);
            (evenIm + turnedIm).Store(at + Lanes);
        }
    }

    private readonly struct InverseBody<TVector>(
        float* spectrum, float* x, LanePlan plan, Buffers buffers, int batch) : IHostBody
        where TVector : unmanaged, IFloatVector<TVector>
    {
        private static int Lanes => TVector.Count;

        private static int Point => 2 * TVector.Count;

        public void Run(int part, int worker)
        {
            (int points, int length) = (plan.Points, plan.Length);
            int first = part * Lanes;
            int rows = Math.Min(Lanes, batch - first);
            float* signal = buffers.Signal(worker);
            float* work = buffers.Work(worker);

            int bins = (length / 2) + 1;
            int columns = 2 * bins;
            LaneTranspose<TVector>.ToLanes(spectrum + ((long)first * columns), columns, rows, columns, work);
            new Span<float>(work + Lanes, Lanes).Clear();
            if (plan.IsEven)
            {
                new Span<float>(work + ((long)points * Point) + Lanes, Lanes).Clear();
                for (int k = 0; k < points; k++)
                {
                    Join(work, signal, k, points);
                }
            }
            else
            {
                for (int k = 0; k < bins; k++)
                {
                    Mirror(work, signal, k, length);
                }
            }

            LaneChirp<TVector>.Transform(signal, plan, buffers.Chirp(worker));
            TVector scale = TVector.Create(1f / points);
            for (int j = 0; j < points; j++)
            {
                float* from = signal + ((long)plan.Order[j] * Point);
                TVector sample = scale * TVector.Load(from + Lanes);
                if (plan.IsEven)
                {
                    float* to = work + ((long)j * Point);
                    sample.Store(to);
                    (scale * TVector.Load(from)).Store(to + Lanes);
                }
                else
                {
                    sample.Store(work + ((long)j * Lanes));
                }
            }

            LaneTranspose<TVector>.FromLanes(work, length, x + ((long)first * length), length, rows);
        }

        /// <summary>X_k and X_{N-k} = conj X_k of an odd length, re and im exchanged.</summary>
        private static void Mirror(float* bins, float* z, int k, int length)
        {
            float* bin = bins + ((long)k * Point);
            TVector re = TVector.Load(bin);
            TVector im = TVector.Load(bin + Lanes);
            float* mirror = z + ((long)(k == 0 ? 0 : length - k) * Point);
            (-im).Store(mirror);
            re.Store(mirror + Lanes);
            im.Store(z + ((long)k * Point));
            re.Store(z + ((long)k * Point) + Lanes);
        }

        /// <summary>Z_k = E_k + i O_k, re and im exchanged.</summary>
        private void Join(float* bins, float* z, int k, int points)
        {
            float* here = bins + ((long)k * Point);
            float* there = bins + ((long)(points - k) * Point);
            TVector half = TVector.Create(0.5f);
            TVector evenRe = half * (TVector.Load(here) + TVector.Load(there));
            TVector evenIm = half * (TVector.Load(here + Lanes) - TVector.Load(there + Lanes));
            TVector awayRe = half * (TVector.Load(here) - TVector.Load(there));
            TVector awayIm = half * (TVector.Load(here + Lanes) + TVector.Load(there + Lanes));
            TVector c = TVector.Create(plan.Roots[2 * k]);
            TVector s = TVector.Create(plan.Roots[(2 * k) + 1]);
            TVector oddRe = TVector.FusedMultiplyAdd(awayRe, c, awayIm * s);
            TVector oddIm = TVector.FusedMultiplyAdd(awayIm, c, -(awayRe * s));
            float* at = z + ((long)k * Point);
            (evenIm + oddRe).Store(at);
            (evenRe - oddIm).Store(at + Lanes);
        }
    }
}
