// The portable kernels of RealFft. The ladder; a row of N samples is 8 N bytes in all and 2.5 N log2 N operations, so
// with all passes on the chip memory is the limit on a GPU:
//   1. DirectFourierKernels: a thread a result, the sum as it reads; 2 N^2 operations. Any length.
//   3. Steps of radix 4 in named scalars (radix 2 to end with), which meet in shared memory:
//      Forward, Inverse (Short: N to 1024, 8 KiB shared; Long: N to 4096, 32 KiB): one group a row, one launch.
//      Join, Pass4, Pass2, Split, Scale: the same in global memory for longer rows, one launch a pass.
//      Lengths that are no power of two: AnyFftKernels.
//   4. Forward, Inverse in Eights (Short, Long): steps of radix 8, 16 scalars a thread; 3 passes and barriers where
//      rung 3 has 4 (N = 256, 512) or 5 (N = 1024). Powers of two to 4096.
// There is no rung 2: passes in shared memory with nothing in registers would be rung 3 with radix 2.
using System.Numerics;
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The portable kernels of <see cref="RealFft"/> and how they are launched.</summary>
internal static class RealFftKernels
{
    /// <summary>The longest row that a group transforms in shared memory.</summary>
    public const int LongestShared = 4096;

    /// <summary>The ladder's name among <see cref="RungChoices"/>.</summary>
    public const string Ladder = "real-fft";

    private const int LongestShort = 1024;

    /// <summary>Two buffers of complex rows where they do not fit shared memory.</summary>
    public static long ScratchLength(int batch, int length) => length > LongestShared ? 2L * batch * length : 0;

    public static void Forward(
        ComputeDevice device, int rung, Tensor<float> roots, Tensor<float> x, Tensor<float> spectrum)
    {
        (int batch, int length) = (x.Shape[0], x.Shape[1]);
        if (batch == 0)
        {
            return;
        }

        if (length <= LongestShared)
        {
            Kernel<Args> kernel = (rung, length <= LongestShort) switch
            {
                (4, true) => device.Load<Args>(ForwardShortInEights),
                (4, false) => device.Load<Args>(ForwardLongInEights),
                (_, true) => device.Load<Args>(ForwardShort),
                _ => device.Load<Args>(ForwardLong),
            };
            kernel.Launch(batch, GroupSize(device, rung, length), new Args(x.View, spectrum.View, roots.View, length));
            return;
        }

        ArrayView<float> z = Passes(device, roots.View, x.View, batch, length);
        device.Load<Args>(SplitAll).LaunchOver(
            spectrum.Length / 2, new Args(z, spectrum.View, roots.View, length, batch));
    }

    public static void Inverse(
        ComputeDevice device, int rung, Tensor<float> roots, Tensor<float> spectrum, Tensor<float> x)
    {
        (int batch, int length) = (x.Shape[0], x.Shape[1]);
        if (batch == 0)
        {
            return;
        }

        if (length <= LongestShared)
        {
            Kernel<Args> kernel = (rung, length <= LongestShort) switch
            {
                (4, true) => device.Load<Args>(InverseShortInEights),
                (4, false) => device.Load<Args>(InverseLongInEights),
                (_, true) => device.Load<Args>(InverseShort),
                _ => device.Load<Args>(InverseLong),
            };
            kernel.Launch(batch, GroupSize(device, rung, length), new Args(spectrum.View, x.View, roots.View, length));
            return;
        }

        // The joined points go to the output first: it has their size, and the first pass reads it.
        device.Load<Args>(JoinAll).LaunchOver(
            x.Length / 2, new Args(spectrum.View, x.View, roots.View, length, batch));
        ArrayView<float> z = Passes(device, roots.View, x.View, batch, length);
        device.Load<Args>(ScaleAll).LaunchOver(x.Length / 2, new Args(z, x.View, roots.View, length, batch));
    }

    [Rung(Ladder, 3)]
    internal static void ForwardShort(Args a) =>
        ForwardRow(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShort / 2), false);

    [Rung(Ladder, 3)]
    internal static void ForwardLong(Args a) =>
        ForwardRow(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShared / 2), false);

    [Rung(Ladder, 3)]
    internal static void InverseShort(Args a) =>
        InverseRow(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShort / 2), false);

    [Rung(Ladder, 3)]
    internal static void InverseLong(Args a) =>
        InverseRow(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShared / 2), false);

    [Rung(Ladder, 4)]
    internal static void ForwardShortInEights(Args a) =>
        ForwardRow(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShort / 2), true);

    [Rung(Ladder, 4)]
    internal static void ForwardLongInEights(Args a) =>
        ForwardRow(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShared / 2), true);

    [Rung(Ladder, 4)]
    internal static void InverseShortInEights(Args a) =>
        InverseRow(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShort / 2), true);

    [Rung(Ladder, 4)]
    internal static void InverseLongInEights(Args a) =>
        InverseRow(a, SharedMemory.Allocate<float>(GroupFourier.FloatsPerPoint * LongestShared / 2), true);

    [Rung(Ladder, 3)]
    internal static void Pass4(PassArgs a)
    {
        int perRow = a.Points / 4;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * perRow; i += Grid.DimX * Group.DimX)
        {
            int row = i / perRow;
            var place = new GroupFourier.Place(2 * row * a.Points, 2, 1);
            GroupFourier.Radix4(
                a.Source, place, a.Target, place, i - (row * perRow), a.Points, a.Stride, a.Roots, a.RootStep);
        }
    }

    [Rung(Ladder, 3)]
    internal static void Pass2(PassArgs a)
    {
        int perRow = a.Points / 2;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * perRow; i += Grid.DimX * Group.DimX)
        {
            int row = i / perRow;
            var place = new GroupFourier.Place(2 * row * a.Points, 2, 1);
            GroupFourier.Radix2(a.Source, place, a.Target, place, i - (row * perRow), a.Stride);
        }
    }

    [Rung(Ladder, 3)]
    internal static void SplitAll(Args a)
    {
        int points = a.Length / 2;
        int bins = points + 1;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * bins; i += Grid.DimX * Group.DimX)
        {
            int row = i / bins;
            var place = new GroupFourier.Place(row * a.Length, 2, 1);
            GroupFourier.Split(a.Source, place, points, a.Roots, i - (row * bins), out float re, out float im);
            a.Target[2 * i] = re;
            a.Target[(2 * i) + 1] = im;
        }
    }

    [Rung(Ladder, 3)]
    internal static void JoinAll(Args a)
    {
        int points = a.Length / 2;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * points; i += Grid.DimX * Group.DimX)
        {
            int row = i / points;
            GroupFourier.Join(
                a.Source, 2 * row * (points + 1), points, a.Roots, i - (row * points), out float re, out float im);
            a.Target[2 * i] = im;
            a.Target[(2 * i) + 1] = re;
        }
    }

    [Rung(Ladder, 3)]
    internal static void ScaleAll(Args a)
    {
        float scale = 2f / a.Length;
        for (int i = Grid.GlobalLinearIndex; i < a.Batch * (a.Length / 2); i += Grid.DimX * Group.DimX)
        {
            a.Target[2 * i] = scale * a.Source[(2 * i) + 1];
            a.Target[(2 * i) + 1] = scale * a.Source[2 * i];
        }
    }

    private static void ForwardRow(Args a, ArrayView<float> work, bool inEights)
    {
        int points = a.Length / 2;
        int start = Grid.IdxX * a.Length;
        for (int j = Group.IdxX; j < points; j += Group.DimX)
        {
            work[j] = a.Source[start + (2 * j)];
            work[points + j] = a.Source[start + (2 * j) + 1];
        }

        Group.Barrier();
        int result = inEights
            ? GroupFourier.TransformByEights(work, points, a.Roots, a.Length)
            : GroupFourier.Transform(work, points, a.Roots, a.Length);
        int put = 2 * Grid.IdxX * (points + 1);
        for (int k = Group.IdxX; k <= points; k += Group.DimX)
        {
            GroupFourier.Split(work, result, points, a.Roots, k, out float re, out float im);
            a.Target[put + (2 * k)] = re;
            a.Target[put + (2 * k) + 1] = im;
        }
    }

    private static void InverseRow(Args a, ArrayView<float> work, bool inEights)
    {
        int points = a.Length / 2;
        int start = 2 * Grid.IdxX * (points + 1);
        for (int k = Group.IdxX; k < points; k += Group.DimX)
        {
            GroupFourier.Join(a.Source, start, points, a.Roots, k, out float re, out float im);
            work[k] = im;
            work[points + k] = re;
        }

        Group.Barrier();
        int result = inEights
            ? GroupFourier.TransformByEights(work, points, a.Roots, a.Length)
            : GroupFourier.Transform(work, points, a.Roots, a.Length);
        int put = Grid.IdxX * a.Length;
        float scale = 1f / points;
        for (int j = Group.IdxX; j < points; j += Group.DimX)
        {
            a.Target[put + (2 * j)] = scale * work[result + points + j];
            a.Target[put + (2 * j) + 1] = scale * work[result + j];
        }
    }

    /// <summary>Passes over M points: half its binary digits, rounded up.</summary>
    internal static int PassCount(int points) => (BitOperations.Log2((uint)points) + 1) / 2;

    /// <summary>All passes over rows of M interleaved points; the result stands in one of the two buffers.</summary>
    internal static ArrayView<float> Passes(
        ComputeDevice device, ArrayView<float> roots, ArrayView<float> source, ArrayView<float> target,
        ArrayView<float> other, int batch, int points, int rootStep)
    {
        int stride = 1;
        for (int rest = points; rest > 1; rest = rest >= 4 ? rest / 4 : 1)
        {
            var args = new PassArgs(source, target, roots, batch, points, stride, rootStep);
            if (rest >= 4)
            {
                device.Load<PassArgs>(Pass4).LaunchOver((long)batch * points / 4, args);
            }
            else
            {
                device.Load<PassArgs>(Pass2).LaunchOver((long)batch * points / 2, args);
            }

            (source, target, other) = (target, other, target);
            stride *= 4;
        }

        return source;
    }

    /// <summary>The same over rows of N/2 points with the roots of N; the result stands in scratch memory.</summary>
    private static ArrayView<float> Passes(
        ComputeDevice device, ArrayView<float> roots, ArrayView<float> points, int batch, int length)
    {
        long size = (long)batch * length;
        ArrayView<float> scratch = device.Scratch.Take(2 * size);
        return Passes(
            device, roots, points, scratch.SubView(0, size), scratch.SubView(size, size), batch, length / 2,
            rootStep: 2);
    }

    /// <summary>A thread a butterfly, from one warp up to what pays on the device.</summary>
    private static int GroupSize(ComputeDevice device, int rung, int length) =>
        Math.Clamp(length / (rung == 4 ? 16 : 8), 32, device.GroupSize);

    internal readonly record struct Args(
        ArrayView<float> Source, ArrayView<float> Target, ArrayView<float> Roots, int Length, int Batch = 0);

    internal readonly record struct PassArgs(
        ArrayView<float> Source, ArrayView<float> Target, ArrayView<float> Roots, int Batch, int Points, int Stride,
        int RootStep);
}
