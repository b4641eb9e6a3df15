using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="RealFft"/>: a part is as many rows as a vector has lanes.</summary>
internal static unsafe class RealFftHost
{
    /// <summary>For each worker: two buffers of a part's rows, the each with room for the spectrum's last bin.</summary>
    public static long ScratchLength(HostWorkers workers, int length) => workers.Count * PerWorker(length);

    public static void Forward(
        ComputeDevice device, Tensor<float> roots, Tensor<int> order, Tensor<float> x, Tensor<float> spectrum)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                Forward<Lanes16>(device, roots, order, x, spectrum);
                break;
            case 8:
                Forward<Lanes8>(device, roots, order, x, spectrum);
                break;
            default:
                Forward<Lanes4>(device, roots, order, x, spectrum);
                break;
        }
    }

    public static void Inverse(
        ComputeDevice device, Tensor<float> roots, Tensor<int> order, Tensor<float> spectrum, Tensor<float> x)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                Inverse<Lanes16>(device, roots, order, spectrum, x);
                break;
            case 8:
                Inverse<Lanes8>(device, roots, order, spectrum, x);
                break;
            default:
                Inverse<Lanes4>(device, roots, order, spectrum, x);
                break;
        }
    }

    private static void Forward<TVector>(
        ComputeDevice device, Tensor<float> roots, Tensor<int> order, Tensor<float> x, Tensor<float> spectrum)
        where TVector : unmanaged, ILaneVector<TVector> => device.Workers.Run(
            Parts(x.Shape[0]),
            new ForwardBody<TVector>(
                x.Address, spectrum.Address, roots.Address, order.Address, Scratch(device, roots), x.Shape[0], x.Shape[1]));

    private static void Inverse<TVector>(
        ComputeDevice device, Tensor<float> roots, Tensor<int> order, Tensor<float> spectrum, Tensor<float> x)
        where TVector : unmanaged, ILaneVector<TVector> => device.Workers.Run(
            Parts(x.Shape[0]),
            new InverseBody<TVector>(
                spectrum.Address, x.Address, roots.Address, order.Address, Scratch(device, roots), x.Shape[0], x.Shape[1]));

    private static long PerWorker(int length) => 4L * ((length / 2) + 1) * HostSimd.Lanes;

    private static float* Scratch(ComputeDevice device, Tensor<float> roots) =>
        device.Scratch.TakeAddress(ScratchLength(device.Workers, roots.Shape[0]));

    private static int Parts(int batch) => (batch + HostSimd.Lanes - 1) / HostSimd.Lanes;

    private readonly struct ForwardBody<TVector>(
        float* x, float* spectrum, float* roots, int* order, float* scratch, int batch, int length) : IHostBody
        where TVector : unmanaged, ILaneVector<TVector>
    {
        private static int Lanes => TVector.Count;

        private static int Point => 2 * TVector.Count;

        public void Run(int part, int worker)
        {
            int points = length / 2;
            int first = part * Lanes;
            int rows = Math.Min(Lanes, batch - first);
            float* signal = scratch + (worker * PerWorker(length));
            float* work = signal + (PerWorker(length) / 2);

            // Even samples are the re, odd ones the im of a point: the rows as they are.
            LaneTranspose<TVector>.ToLanes(x + ((long)first * length), length, rows, length, signal);
            LaneFourier<TVector>.Transform(signal, points, roots, length);
            for (int k = 0; k <= points / 2; k++)
            {
                Split(signal, work, k, points);
            }

            int columns = 2 * (points + 1);
            LaneTranspose<TVector>.FromLanes(work, columns, spectrum + ((long)first * columns), columns, rows);
        }

        /// <summary>Bins k and N/2 - k: X_k = E + W O, X_{N/2-k} = conj(E - W O).</summary>
        private void Split(float* z, float* bins, int k, int points)
        {
            float* here = z + ((long)order[k & (points - 1)] * Point);
            float* there = z + ((long)order[(points - k) & (points - 1)] * Point);
            TVector half = TVector.Create(0.5f);
            TVector evenRe = half * (TVector.Load(here) + TVector.Load(there));
            TVector evenIm = half * (TVector.Load(here + Lanes) - TVector.Load(there + Lanes));
            TVector oddRe = half * (TVector.Load(here + Lanes) + TVector.Load(there + Lanes));
            TVector oddIm = half * (TVector.Load(there) - TVector.Load(here));
            TVector c = TVector.Create(roots[2 * k]);
            TVector s = TVector.Create(roots[(2 * k) + 1]);
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
        float* spectrum, float* x, float* roots, int* order, float* scratch, int batch, int length) : IHostBody
        where TVector : unmanaged, ILaneVector<TVector>
    {
        private static int Lanes => TVector.Count;

        private static int Point => 2 * TVector.Count;

        public void Run(int part, int worker)
        {
            int points = length / 2;
            int first = part * Lanes;
            int rows = Math.Min(Lanes, batch - first);
            float* signal = scratch + (worker * PerWorker(length));
            float* work = signal + (PerWorker(length) / 2);

            int columns = 2 * (points + 1);
            LaneTranspose<TVector>.ToLanes(spectrum + ((long)first * columns), columns, rows, columns, work);
            new Span<float>(work + Lanes, Lanes).Clear();
            new Span<float>(work + ((long)points * Point) + Lanes, Lanes).Clear();
            for (int k = 0; k < points; k++)
            {
                Join(work, signal, k, points);
            }

            LaneFourier<TVector>.Transform(signal, points, roots, length);
            TVector scale = TVector.Create(1f / points);
            for (int j = 0; j < points; j++)
            {
                float* from = signal + ((long)order[j] * Point);
                float* to = work + ((long)j * Point);
                (scale * TVector.Load(from + Lanes)).Store(to);
                (scale * TVector.Load(from)).Store(to + Lanes);
            }

            LaneTranspose<TVector>.FromLanes(work, length, x + ((long)first * length), length, rows);
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
            TVector c = TVector.Create(roots[2 * k]);
            TVector s = TVector.Create(roots[(2 * k) + 1]);
            TVector oddRe = TVector.FusedMultiplyAdd(awayRe, c, awayIm * s);
            TVector oddIm = TVector.FusedMultiplyAdd(awayIm, c, -(awayRe * s));
            float* at = z + ((long)k * Point);
            (evenIm + oddRe).Store(at);
            (evenRe - oddIm).Store(at + Lanes);
        }
    }
}
