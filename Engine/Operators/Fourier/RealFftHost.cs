using System.Runtime.Intrinsics;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="RealFft"/>: sixteen rows a part, side by side in vector lanes.</summary>
internal static unsafe class RealFftHost
{
    private const int Lanes = LaneTranspose.Lanes;
    private const int Point = LaneFourier.Point;

    /// <summary>For each worker: two buffers of sixteen rows, the each with room for the spectrum's last bin.</summary>
    public static long ScratchLength(HostWorkers workers, int length) => workers.Count * PerWorker(length);

    public static void Forward(
        ComputeDevice device, Tensor<float> roots, Tensor<int> order, Tensor<float> x, Tensor<float> spectrum)
    {
        var body = new ForwardBody(
            x.Address, spectrum.Address, roots.Address, order.Address, Scratch(device, roots), x.Shape[0], x.Shape[1]);
        device.Workers.Run(Parts(x.Shape[0]), body);
    }

    public static void Inverse(
        ComputeDevice device, Tensor<float> roots, Tensor<int> order, Tensor<float> spectrum, Tensor<float> x)
    {
        var body = new InverseBody(
            spectrum.Address, x.Address, roots.Address, order.Address, Scratch(device, roots), x.Shape[0], x.Shape[1]);
        device.Workers.Run(Parts(x.Shape[0]), body);
    }

    private static long PerWorker(int length) => 2L * ((length / 2) + 1) * Point;

    private static float* Scratch(ComputeDevice device, Tensor<float> roots) =>
        device.Scratch.TakeAddress(ScratchLength(device.Workers, roots.Shape[0]));

    private static int Parts(int batch) => (batch + Lanes - 1) / Lanes;

    private readonly struct ForwardBody(
        float* x, float* spectrum, float* roots, int* order, float* scratch, int batch, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int points = length / 2;
            int first = part * Lanes;
            int rows = Math.Min(Lanes, batch - first);
            float* signal = scratch + (worker * PerWorker(length));
            float* work = signal + (PerWorker(length) / 2);

            // Even samples are the re, odd ones the im of a point: the rows as they are.
            LaneTranspose.ToLanes(x + ((long)first * length), length, rows, length, signal);
            LaneFourier.Transform(signal, points, roots, length);
            for (int k = 0; k <= points / 2; k++)
            {
                Split(signal, work, k, points);
            }

            int columns = 2 * (points + 1);
            LaneTranspose.FromLanes(work, columns, spectrum + ((long)first * columns), columns, rows);
        }

        /// <summary>Bins k and N/2 - k: X_k = E + W O, X_{N/2-k} = conj(E - W O).</summary>
        private void Split(float* z, float* bins, int k, int points)
        {
            float* here = z + ((long)order[k & (points - 1)] * Point);
            float* there = z + ((long)order[(points - k) & (points - 1)] * Point);
            var half = Vector512.Create(0.5f);
            Vector512<float> evenRe = half * (Vector512.Load(here) + Vector512.Load(there));
            Vector512<float> evenIm = half * (Vector512.Load(here + Lanes) - Vector512.Load(there + Lanes));
            Vector512<float> oddRe = half * (Vector512.Load(here + Lanes) + Vector512.Load(there + Lanes));
            Vector512<float> oddIm = half * (Vector512.Load(there) - Vector512.Load(here));
            var c = Vector512.Create(roots[2 * k]);
            var s = Vector512.Create(roots[(2 * k) + 1]);
            Vector512<float> turnedRe = Vector512.FusedMultiplyAdd(oddRe, c, -(oddIm * s));
            Vector512<float> turnedIm = Vector512.FusedMultiplyAdd(oddRe, s, oddIm * c);
            float* mirror = bins + ((long)(points - k) * Point);
            (evenRe - turnedRe).Store(mirror);
            (turnedIm - evenIm).Store(mirror + Lanes);
            float* at = bins + ((long)k * Point);
            (evenRe + turnedRe).Store(at);
            (evenIm + turnedIm).Store(at + Lanes);
        }
    }

    private readonly struct InverseBody(
        float* spectrum, float* x, float* roots, int* order, float* scratch, int batch, int length) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int points = length / 2;
            int first = part * Lanes;
            int rows = Math.Min(Lanes, batch - first);
            float* signal = scratch + (worker * PerWorker(length));
            float* work = signal + (PerWorker(length) / 2);

            int columns = 2 * (points + 1);
            LaneTranspose.ToLanes(spectrum + ((long)first * columns), columns, rows, columns, work);
            new Span<float>(work + Lanes, Lanes).Clear();
            new Span<float>(work + ((long)points * Point) + Lanes, Lanes).Clear();
            for (int k = 0; k < points; k++)
            {
                Join(work, signal, k, points);
            }

            LaneFourier.Transform(signal, points, roots, length);
            var scale = Vector512.Create(1f / points);
            for (int j = 0; j < points; j++)
            {
                float* from = signal + ((long)order[j] * Point);
                float* to = work + ((long)j * Point);
                (scale * Vector512.Load(from + Lanes)).Store(to);
                (scale * Vector512.Load(from)).Store(to + Lanes);
            }

            LaneTranspose.FromLanes(work, length, x + ((long)first * length), length, rows);
        }

        /// <summary>Z_k = E_k + i O_k, re and im exchanged.</summary>
        private void Join(float* bins, float* z, int k, int points)
        {
            float* here = bins + ((long)k * Point);
            float* there = bins + ((long)(points - k) * Point);
            var half = Vector512.Create(0.5f);
            Vector512<float> evenRe = half * (Vector512.Load(here) + Vector512.Load(there));
            Vector512<float> evenIm = half * (Vector512.Load(here + Lanes) - Vector512.Load(there + Lanes));
            Vector512<float> awayRe = half * (Vector512.Load(here) - Vector512.Load(there));
            Vector512<float> awayIm = half * (Vector512.Load(here + Lanes) + Vector512.Load(there + Lanes));
            var c = Vector512.Create(roots[2 * k]);
            var s = Vector512.Create(roots[(2 * k) + 1]);
            Vector512<float> oddRe = Vector512.FusedMultiplyAdd(awayRe, c, awayIm * s);
            Vector512<float> oddIm = Vector512.FusedMultiplyAdd(awayIm, c, -(awayRe * s));
            float* at = z + ((long)k * Point);
            (evenIm + oddRe).Store(at);
            (evenRe - oddIm).Store(at + Lanes);
        }
    }
}
