// The portable kernels of RealFft for lengths that are no power of two, forward and inverse.
//   RowShort (to 512 points, 8 KiB shared), RowLong (to 2,048, 32 KiB): one group a row, one launch; passes of radix
//   2, 3, 4, 5, or a chirp by two transforms of L points.
//   ChirpLoad, ChirpFilter, ChirpEnd, Write: the chirp in global memory for larger L, by the passes of RealFftKernels.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="RealFft"/> for any length, and how they are launched.</summary>
internal static class AnyFftKernels
{
    private const int ShortPoints = 512;
    private const int LongPoints = RealFftKernels.LongestShared / 2;

    /// <summary>Two buffers of L complex points a row where they do not fit shared memory.</summary>
    public static long ScratchLength(int batch, FourierPlan plan) =>
        Points(plan) > LongPoints ? 4L * batch * plan.ChirpPoints : 0;

    /// <summary>Rows to spectra, or spectra to rows.</summary>
    public static void Run(
        ComputeDevice device, FourierPlan plan, Tensor<float> source, Tensor<float> target, bool inverse)
    {
        int batch = source.Shape[0];
        if (batch == 0)
        {
            return;
        }

        int points = Points(plan);
        var args = new Args(plan, source.View, target.View, source.View, batch, inverse);
        if (points <= LongPoints)
        {
            Kernel<Args> kernel = points <= ShortPoints ? device.Load<Args>(RowShort) : device.Load<Args>(RowLong);
            kernel.Launch(batch, Math.Clamp(points / 4, 32, device.GroupSize), args);
            return;
        }

        long size = 2L * batch * points;
        ArrayView<float> scratch = device.Scratch.Take(2 * size);
        ArrayView<float> first = scratch.SubView(0, size);
        ArrayView<float> second = scratch.SubView(size, size);
        ArrayView<float> roots = plan.ChirpRoots!.View;
        device.Load<Args>(ChirpLoad).LaunchOver(size / 2, args.With(first));
        ArrayView<float> z = RealFftKernels.Passes(device, roots, first, second, first, batch, points, rootStep: 1);
        device.Load<Args>(ChirpFilter).LaunchOver(size / 2, args.With(z));
        ArrayView<float> other = RealFftKernels.PassCount(points) % 2 == 0 ? second : first;
        z = RealFftKernels.Passes(device, roots, z, other, z, batch, points, rootStep: 1);
        device.Load<Args>(ChirpEnd).LaunchOver((long)batch * plan.Points, args.With(z));
        device.Load<Args>(Write).LaunchOver((long)batch * args.Results, args.With(z));
    }

    [Rung(RealFftKernels.Ladder, 3)]
    internal static void RowShort(Args a) =>
        Row(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * ShortPoints));

    [Rung(RealFftKernels.Ladder, 3)]
    internal static void RowLong(Args a) =>
        Row(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongPoints));

    [Rung(RealFftKernels.Ladder, 3)]
    internal static void ChirpLoad(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.ChirpPoints; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.ChirpPoints;
            ReadChirped(a, row, i - (row * a.ChirpPoints), out float re, out float im);
            a.Z[2 * i] = re;
            a.Z[(2 * i) + 1] = im;
        }
    }

    [Rung(RealFftKernels.Ladder, 3)]
    internal static void ChirpFilter(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.ChirpPoints; i += Grid.DimX * Group.DimX)
        {
            int k = i % a.ChirpPoints;
            Multiply(a.Z[2 * i], a.Z[(2 * i) + 1], a.Filter, k, out float re, out float im);
            a.Z[2 * i] = im;
            a.Z[(2 * i) + 1] = re;
        }
    }

    [Rung(RealFftKernels.Ladder, 3)]
    internal static void ChirpEnd(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Points; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Points;
            int k = i - (row * a.Points);
            int at = 2 * ((row * a.ChirpPoints) + k);
            Multiply(a.Z[at + 1], a.Z[at], a.Chirp, k, out float re, out float im);
            a.Z[at] = re;
            a.Z[at + 1] = im;
        }
    }

    [Rung(RealFftKernels.Ladder, 3)]
    internal static void Write(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * a.Results; i += Grid.DimX * Group.DimX)
        {
            int row = i / a.Results;
            var place = new GroupFourier.Place(2 * row * a.ChirpPoints, 2, 1);
            WriteResult(a, row, a.Z, place, i - (row * a.Results));
        }
    }

    private static void Row(Args a, ArrayView<float> work)
    {
        int row = Grid.IdxX;
        int size = a.ChirpPoints > 0 ? a.ChirpPoints : a.Points;
        for (int j = Group.IdxX; j < size; j += Group.DimX)
        {
            ReadChirped(a, row, j, out float re, out float im);
            work[j] = re;
            work[size + j] = im;
        }

        Group.Barrier();
        int z = a.ChirpPoints > 0 ? Chirped(a, work, size) : MixedFourier.Transform(work, size, a.Roots, a.Length);
        for (int k = Group.IdxX; k < a.Results; k += Group.DimX)
        {
            WriteResult(a, row, work, new GroupFourier.Place(z, 1, size), k);
        }
    }

    /// <summary>The chirp from its first transform on; returns the offset of Z.</summary>
    private static int Chirped(Args a, ArrayView<float> work, int size)
    {
        int z = GroupFourier.Transform(work, size, a.ChirpRoots, size);
        for (int k = Group.IdxX; k < size; k += Group.DimX)
        {
            // Into the first buffer, where the next transform reads; re and im exchanged, so that it turns back.
            Multiply(work[z + k], work[z + size + k], a.Filter, k, out float re, out float im);
            work[k] = im;
            work[size + k] = re;
        }

        Group.Barrier();
        z = GroupFourier.Transform(work, size, a.ChirpRoots, size);
        for (int k = Group.IdxX; k < a.Points; k += Group.DimX)
        {
            Multiply(work[z + size + k], work[z + k], a.Chirp, k, out float re, out float im);
            work[z + k] = re;
            work[z + size + k] = im;
        }

        Group.Barrier();
        return z;
    }

    /// <summary>Point j times the chirp, where there is one; 0 beyond the points.</summary>
    private static void ReadChirped(Args a, int row, int j, out float re, out float im)
    {
        re = 0f;
        im = 0f;
        if (j < a.Points)
        {
            Read(a, row, j, out re, out im);
            if (a.ChirpPoints > 0)
            {
                Multiply(re, im, a.Chirp, j, out re, out im);
            }
        }
    }

    /// <summary>Point j of what is transformed; re and im exchanged for the inverse.</summary>
    private static void Read(Args a, int row, int j, out float re, out float im)
    {
        int isEven = 1 - (a.Length & 1);
        int bins = (a.Length / 2) + 1;
        if (a.Inverse == 0)
        {
            int at = (row * a.Length) + (isEven != 0 ? 2 * j : j);
            re = a.Source[at];
            im = isEven != 0 ? a.Source[at + isEven] : 0f;
        }
        else if (isEven != 0)
        {
            GroupFourier.Join(a.Source, 2 * row * bins, a.Points, a.Roots, j, out im, out re);
        }
        else
        {
            // The upper half is the lower one's mirror, conjugated; the imaginary part of X_0 is not read.
            int at = 2 * ((row * bins) + (j < bins ? j : a.Length - j));
            re = j == 0 ? 0f : j < bins ? a.Source[at + 1] : -a.Source[at + 1];
            im = a.Source[at];
        }
    }

    private static void WriteResult(Args a, int row, ArrayView<float> z, GroupFourier.Place at, int k)
    {
        int isEven = 1 - (a.Length & 1);
        int here = at.Offset + (k * at.Step);
        if (a.Inverse != 0)
        {
            float scale = 1f / a.Points;
            int put = (row * a.Length) + (isEven != 0 ? 2 * k : k);
            a.Target[put] = scale * z[here + at.Im];
            if (isEven != 0)
            {
                a.Target[put + 1] = scale * z[here];
            }
        }
        else
        {
            float re;
            float im;
            if (isEven != 0)
            {
                here = at.Offset + ((k == a.Points ? 0 : k) * at.Step);
                int there = at.Offset + ((k == 0 ? 0 : a.Points - k) * at.Step);
                GroupFourier.SplitAt(z, here, there, at.Im, a.Roots, k, out re, out im);
            }
            else
            {
                re = z[here];
                im = z[here + at.Im];
            }

            int put = 2 * ((row * a.Results) + k);
            a.Target[put] = re;
            a.Target[put + 1] = im;
        }
    }

    private static void Multiply(
        float re, float im, ArrayView<float> by, int k, out float productRe, out float productIm)
    {
        float c = by[2 * k];
        float s = by[(2 * k) + 1];
        productRe = (re * c) - (im * s);
        productIm = (re * s) + (im * c);
    }

    /// <summary>Points of the transforms that are done: L, or P without a chirp.</summary>
    private static int Points(FourierPlan plan) => Math.Max(plan.ChirpPoints, plan.Points);

    internal readonly struct Args
    {
        public readonly ArrayView<float> Source;
        public readonly ArrayView<float> Target;
        public readonly ArrayView<float> Z;
        public readonly ArrayView<float> Roots;
        public readonly ArrayView<float> ChirpRoots;
        public readonly ArrayView<float> Chirp;
        public readonly ArrayView<float> Filter;
        public readonly int Batch;
        public readonly int Length;
        public readonly int Points;
        public readonly int ChirpPoints;
        public readonly int Results;
        public readonly int Inverse;

        public Args(
            FourierPlan plan, ArrayView<float> source, ArrayView<float> target, ArrayView<float> z, int batch,
            bool inverse)
        {
            Source = source;
            Target = target;
            Z = z;
            Roots = plan.Roots.View;
            ChirpRoots = (plan.ChirpRoots ?? plan.Roots).View;
            Chirp = (plan.Chirp ?? plan.Roots).View;
            Filter = (plan.ChirpFilter ?? plan.Roots).View;
            Batch = batch;
            Length = plan.Length;
            Points = plan.Points;
            ChirpPoints = plan.ChirpPoints;
            Results = inverse ? plan.Points : plan.Bins;
            Inverse = inverse ? 1 : 0;
        }

        private Args(Args other, ArrayView<float> z)
        {
            this = other;
            Z = z;
        }

        /// <summary>The same with the points elsewhere.</summary>
        public Args With(ArrayView<float> z) => new(this, z);
    }
}
