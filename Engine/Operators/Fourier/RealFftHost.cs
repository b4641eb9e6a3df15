// The host bodies of RealFft. As many rows as a vector has lanes are transformed side by side, from rows to rows through
// buffers that stay in a core's cache:
//   forward   rows -> lanes, LaneFourier, bins k and P - k from Z_k and Z_{P-k}, lanes -> rows
//   inverse   rows -> lanes, Z_k and Z_{P-k} from bins k and P - k, LaneFourier, lanes -> rows
// The bins pass through in blocks of one vector's columns from both ends, and are turned to rows or lanes while in the
// first cache. Few rows take narrower vectors; a last group that would not be full repeats rows of the one before.
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Simd;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host bodies of <see cref="RealFft"/>.</summary>
internal static unsafe class RealFftHost
{
    // Below this a dispatch costs more than it saves.
    private const double OperationsWorthATeam = 300_000;

    // Floats of signals and spectra that a second cache of 1 MiB holds: beyond, memory is asked for ahead.
    private const long FloatsOfCache = 200_000;

    /// <summary>For each worker: two buffers of a group's rows, with room for the last bin, and the chirp's.</summary>
    public static long RoomLength(FourierPlan plan) => (2 * RowsLength(plan)) + LanePlan.WorkLength(plan);

    public static void Forward(ComputeDevice device, FourierPlan plan, Tensor<float> x, Tensor<float> spectrum)
    {
        switch (LanesFor(x.Shape[0]))
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
        switch (LanesFor(x.Shape[0]))
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
        where TVector : unmanaged, IFloatVector<TVector>
    {
        var groups = new Groups(plan, x.Shape[0], TVector.Count);
        device.Workers.Run(groups.Parts, new ForwardBody<TVector>(
            x.Address, spectrum.Address, new LanePlan(plan), new Buffers(device, plan), groups));
    }

    private static void Inverse<TVector>(
        ComputeDevice device, FourierPlan plan, Tensor<float> spectrum, Tensor<float> x)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        var groups = new Groups(plan, x.Shape[0], TVector.Count);
        device.Workers.Run(groups.Parts, new InverseBody<TVector>(
            spectrum.Address, x.Address, new LanePlan(plan), new Buffers(device, plan), groups));
    }

    /// <summary>The widest vector of this processor that so many rows fill; the narrowest one for fewer.</summary>
    private static int LanesFor(int batch)
    {
        int lanes = HostSimd.Lanes;
        while (lanes > batch && lanes > FloatVector128.Count)
        {
            lanes /= 2;
        }

        return lanes;
    }

    private static long RowsLength(FourierPlan plan) => 2L * Math.Max(plan.Points, plan.Bins) * HostSimd.Lanes;

    /// <summary>Where the buffers of a worker stand.</summary>
    private readonly struct Buffers(ComputeDevice device, FourierPlan plan)
    {
        private readonly WorkerRooms rooms = device.Scratch.TakeRooms(RoomLength(plan));
        private readonly long rows = RowsLength(plan);

        public float* Signal(int worker) => rooms[worker];

        public float* Work(int worker) => Signal(worker) + rows;

        public float* Chirp(int worker) => Work(worker) + rows;
    }

    /// <summary>How the rows are dealt: groups of a vector's lanes, and parts of a few groups.</summary>
    private readonly struct Groups
    {
        private readonly int batch;
        private readonly int lanes;
        private readonly int ofPart;
        private readonly bool asks;

        public Groups(FourierPlan plan, int batch, int lanes)
        {
            (this.batch, this.lanes) = (batch, lanes);
            int groups = (batch + lanes - 1) / lanes;
            double operations = 2.5 * batch * plan.Length * Math.Log2(plan.Length + 1);
            ofPart = operations < OperationsWorthATeam
                ? Math.Max(1, groups)
                : Math.Max(1, HostParts.BlockLength / (plan.Length * lanes));
            Parts = (groups + ofPart - 1) / ofPart;
            Rows = Math.Min(batch, lanes);
            asks = 2L * batch * plan.Length > FloatsOfCache;
        }

        public int Parts { get; }

        /// <summary>Rows of a group.</summary>
        public int Rows { get; }

        public int FirstGroup(int part) => part * ofPart;

        public int EndGroup(int part) => Math.Min((part + 1) * ofPart, (batch + lanes - 1) / lanes);

        /// <summary>The first row of a group; the last group's rows may be the ones before it once more.</summary>
        public int FirstRow(int group) => Math.Min(group * lanes, batch - Rows);

        /// <summary>What asks for the rows of a group.</summary>
        public AskAhead Ahead(float* rows, long rowLength) => new(rows, asks ? rowLength * Rows : 0);
    }

    private readonly struct ForwardBody<TVector>(
        float* x, float* spectrum, LanePlan plan, Buffers buffers, Groups groups) : IHostBody
        where TVector : unmanaged, IFloatVector<TVector>
    {
        private static int Lanes => TVector.Count;

        private static int Point => 2 * TVector.Count;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int part, int worker)
        {
            float* signal = buffers.Signal(worker);
            float* work = buffers.Work(worker);
            int columns = 2 * ((plan.Length / 2) + 1);
            for (int group = groups.FirstGroup(part); group < groups.EndGroup(part); group++)
            {
                int row = groups.FirstRow(group);
                float* to = spectrum + ((long)row * columns);

                Enter(x + ((long)row * plan.Length), signal, groups.Ahead(to, columns));
                if (plan.IsEven)
                {
                    LaneChirp<TVector>.Transform(signal, plan, buffers.Chirp(worker));
                    long next = groups.FirstRow(group + 1);
                    Split(signal, work, to, columns, groups.Ahead(x + (next * plan.Length), plan.Length));
                }
                else
                {
                    LaneChirp<TVector>.Spread(signal, plan.Length);
                    LaneChirp<TVector>.Transform(signal, plan, buffers.Chirp(worker));
                    for (int k = 0; k <= plan.Length / 2; k++)
                    {
                        float* from = signal + ((long)plan.Order[k] * Point);
                        TVector.Load(from).Store(work + ((long)k * Point));
                        TVector.Load(from + Lanes).Store(work + ((long)k * Point) + Lanes);
                    }

                    LaneTranspose<TVector>.FromLanes(work, columns, to, columns, groups.Rows);
                }
            }
        }

        /// <summary>The rows as they are: even samples are the re, odd ones the im of a point.</summary>
        private void Enter(float* rows, float* signal, AskAhead ahead)
        {
            int ofBlock = 4 * Lanes;
            for (int first = 0; first < plan.Length; first += ofBlock)
            {
                // A spectrum is longer than its signal by two floats a row.
                ahead.Next((ofBlock + 2) * Lanes);
                LaneTranspose<TVector>.ToLanes(
                    rows + first, plan.Length, groups.Rows, Math.Min(ofBlock, plan.Length - first),
                    signal + ((long)first * Lanes));
            }
        }

        /// <summary>All bins, from both ends, to rows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Split(float* z, float* work, float* rows, int columns, AskAhead ahead)
        {
            int points = plan.Points;
            int ofBlock = Lanes / 2;
            float* low = work;
            float* high = work + ((long)ofBlock * Point);
            int k = 0;
            if (groups.Rows == Lanes)
            {
                while (k + ofBlock <= points / 2)
                {
                    ahead.Next(4 * ofBlock * Lanes);
                    for (int i = 0; i < ofBlock; i++)
                    {
                        Split(z, k + i, low + ((long)i * Point), high + ((long)(ofBlock - 1 - i) * Point));
                    }

                    int mirror = 2 * (points - k - ofBlock + 1);
                    if (!TVector.TransposeBlock(low, Lanes, rows + (2 * k), columns, null) ||
                        !TVector.TransposeBlock(high, Lanes, rows + mirror, columns, null))
                    {
                        break;
                    }

                    k += ofBlock;
                }
            }

            // Those in the middle.
            int bins = points - (2 * k) + 1;
            for (int i = 0; i <= (bins - 1) / 2; i++)
            {
                Split(z, k + i, work + ((long)i * Point), work + ((long)(bins - 1 - i) * Point));
            }

            LaneTranspose<TVector>.FromLanes(work, 2 * bins, rows + (2 * k), columns, groups.Rows);
        }

        /// <summary>Bins k and P - k: X_k = E + W O, X_{P-k} = conj(E - W O).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Split(float* z, int k, float* bin, float* mirror)
        {
            float* here = z + ((long)plan.Order[k] * Point);
            float* there = z + ((long)plan.Order[k == 0 ? 0 : plan.Points - k] * Point);
            TVector hereRe = TVector.Load(here);
            TVector hereIm = TVector.Load(here + Lanes);
            TVector thereRe = TVector.Load(there);
            TVector thereIm = TVector.Load(there + Lanes);
            TVector half = TVector.Create(0.5f);
            TVector c = TVector.Create(0.5f * plan.Roots[2 * k]);
            TVector s = TVector.Create(0.5f * plan.Roots[(2 * k) + 1]);
            TVector evenRe = hereRe + thereRe;
            TVector evenIm = hereIm - thereIm;
            TVector oddRe = hereIm + thereIm;
            TVector oddIm = thereRe - hereRe;
            TVector turnedRe = TVector.FusedMultiplyAdd(oddRe, c, -(oddIm * s));
            TVector turnedIm = TVector.FusedMultiplyAdd(oddRe, s, oddIm * c);
            TVector.FusedMultiplyAdd(evenRe, half, -turnedRe).Store(mirror);
            TVector.FusedMultiplyAdd(-evenIm, half, turnedIm).Store(mirror + Lanes);
            TVector.FusedMultiplyAdd(evenRe, half, turnedRe).Store(bin);
            TVector.FusedMultiplyAdd(evenIm, half, turnedIm).Store(bin + Lanes);
        }
    }

    private readonly struct InverseBody<TVector>(
        float* spectrum, float* x, LanePlan plan, Buffers buffers, Groups groups) : IHostBody
        where TVector : unmanaged, IFloatVector<TVector>
    {
        private static int Lanes => TVector.Count;

        private static int Point => 2 * TVector.Count;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int part, int worker)
        {
            (int points, int length) = (plan.Points, plan.Length);
            float* signal = buffers.Signal(worker);
            float* work = buffers.Work(worker);
            int columns = 2 * ((length / 2) + 1);
            for (int group = groups.FirstGroup(part); group < groups.EndGroup(part); group++)
            {
                int row = groups.FirstRow(group);
                float* from = spectrum + ((long)row * columns);
                float* to = x + ((long)row * length);
                if (plan.IsEven)
                {
                    Join(from, columns, work, signal, groups.Ahead(to, length));
                }
                else
                {
                    LaneTranspose<TVector>.ToLanes(from, columns, groups.Rows, columns, work);
                    TVector.Zero.Store(work + Lanes);
                    for (int k = 0; k <= length / 2; k++)
                    {
                        Mirror(work, signal, k, length);
                    }
                }

                LaneChirp<TVector>.Transform(signal, plan, buffers.Chirp(worker));
                long next = groups.FirstRow(group + 1);
                Leave(signal, work, to, groups.Ahead(spectrum + (next * columns), columns));
            }
        }

        /// <summary>X_k and X_{N-k} = conj X_k of an odd length over N, re and im exchanged.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Mirror(float* bins, float* z, int k, int length)
        {
            float* bin = bins + ((long)k * Point);
            TVector scale = TVector.Create(1f / length);
            TVector re = scale * TVector.Load(bin);
            TVector im = scale * TVector.Load(bin + Lanes);
            float* mirror = z + ((long)(k == 0 ? 0 : length - k) * Point);
            (-im).Store(mirror);
            re.Store(mirror + Lanes);
            im.Store(z + ((long)k * Point));
            re.Store(z + ((long)k * Point) + Lanes);
        }

        /// <summary>All Z of an even length from the bins, which are read from both ends.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Join(float* rows, int columns, float* work, float* z, AskAhead ahead)
        {
            int points = plan.Points;
            int ofBlock = Lanes / 2;
            float* low = work;
            float* high = work + ((long)ofBlock * Point);
            int k = 0;
            if (groups.Rows == Lanes)
            {
                while (k + ofBlock <= points / 2)
                {
                    ahead.Next(4 * ofBlock * Lanes);
                    int mirror = 2 * (points - k - ofBlock + 1);
                    if (!TVector.TransposeBlock(rows + (2 * k), columns, low, Lanes, null) ||
                        !TVector.TransposeBlock(rows + mirror, columns, high, Lanes, null))
                    {
                        break;
                    }

                    for (int i = 0; i < ofBlock; i++)
                    {
                        Join(k + i, low + ((long)i * Point), high + ((long)(ofBlock - 1 - i) * Point), z);
                    }

                    k += ofBlock;
                }
            }

            int bins = points - (2 * k) + 1;
            LaneTranspose<TVector>.ToLanes(rows + (2 * k), columns, groups.Rows, 2 * bins, work);
            for (int i = 0; i <= (bins - 1) / 2; i++)
            {
                Join(k + i, work + ((long)i * Point), work + ((long)(bins - 1 - i) * Point), z);
            }
        }

        /// <summary>
        /// Z_k = (E + i O) / P and Z_{P-k} = conj(E - i O) / P of bins k and P - k, re and im exchanged. The imaginary
        /// parts of bins 0 and P count as 0.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Join(int k, float* bin, float* mirror, float* z)
        {
            float scale = 0.5f / plan.Points;
            TVector hereRe = TVector.Load(bin);
            TVector hereIm = k == 0 ? TVector.Zero : TVector.Load(bin + Lanes);
            TVector thereRe = TVector.Load(mirror);
            TVector thereIm = k == 0 ? TVector.Zero : TVector.Load(mirror + Lanes);
            TVector half = TVector.Create(scale);
            TVector c = TVector.Create(scale * plan.Roots[2 * k]);
            TVector s = TVector.Create(scale * plan.Roots[(2 * k) + 1]);
            TVector evenRe = hereRe + thereRe;
            TVector evenIm = hereIm - thereIm;
            TVector awayRe = hereRe - thereRe;
            TVector awayIm = hereIm + thereIm;
            TVector oddRe = TVector.FusedMultiplyAdd(awayRe, c, awayIm * s);
            TVector oddIm = TVector.FusedMultiplyAdd(awayIm, c, -(awayRe * s));
            float* at = z + ((long)k * Point);
            TVector.FusedMultiplyAdd(evenIm, half, oddRe).Store(at);
            TVector.FusedMultiplyAdd(evenRe, half, -oddIm).Store(at + Lanes);
            if (k > 0)
            {
                at = z + ((long)(plan.Points - k) * Point);
                TVector.FusedMultiplyAdd(-evenIm, half, oddRe).Store(at);
                TVector.FusedMultiplyAdd(evenRe, half, oddIm).Store(at + Lanes);
            }
        }

        /// <summary>The samples, out of their places, to rows; re and im were exchanged.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Leave(float* z, float* work, float* rows, AskAhead ahead)
        {
            int length = plan.Length;
            if (!plan.IsEven)
            {
                for (int j = 0; j < length; j++)
                {
                    TVector.Load(z + ((long)plan.Order[j] * Point) + Lanes).Store(work + ((long)j * Lanes));
                }

                LaneTranspose<TVector>.FromLanes(work, length, rows, length, groups.Rows);
                return;
            }

            // A few blocks at a time, which are in the first cache when they are turned.
            int ofBlock = 2 * Lanes;
            for (int first = 0; first < plan.Points; first += ofBlock)
            {
                int points = Math.Min(ofBlock, plan.Points - first);
                ahead.Next((2 * ofBlock + 2) * Lanes);
                for (int i = 0; i < points; i++)
                {
                    float* from = z + ((long)plan.Order[first + i] * Point);
                    float* to = work + ((long)i * Point);
                    TVector.Load(from + Lanes).Store(to);
                    TVector.Load(from).Store(to + Lanes);
                }

                LaneTranspose<TVector>.FromLanes(work, 2 * points, rows + (2 * first), length, groups.Rows);
            }
        }
    }
}
