// A convolution, batch normalisation by the mini-batch, ReLU and max-pooling in one launch of three phases
// (LaunchPhases.cs):
//   1. the tiles of the convolution, by its rungs 3 and 4, to raw [B, C, T]
//   2. the moments of each channel, in parts of 256 values or more, a group of threads each: mean and squares about
//      it, so that a large mean costs no digits; the last group of a channel adds them in order (Chan, Golub, LeVeque,
//      "Algorithms for computing the sample variance", 1983) and moves the running statistics
//   3. y [B, C, P] of all channels, shared out evenly
// Weighed on the first block of `deep` at batch 64, 64 channels of 6,400 values: the kernel that this replaces has a
// group of 256 threads a channel, so that half of 132 multiprocessors stand idle while 75 loads follow each other; here
// 512 groups of 128 have 13 each in phase 2, and 7 in phase 3.
using ILGPU;
using NativeCnn.Engine.Mathematics;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>What the kernels of a convolution with <see cref="NormReluPool"/> take.</summary>
internal readonly struct ConvolutionNormArgs
{
    /// <summary>Phases that are waited for.</summary>
    public const int Phases = 2;

    /// <summary>Most tiles of a convolution whose launch has phases.</summary>
    public const int MostTiles = 1024;

    private const int Convolved = 0;
    private const int Learnt = 1;
    private const int ThreadsOfGroup = Conv1dRegisterKernels.Threads;
    private const int LeastOfPart = 256;
    private const int Groups = 512; // About four a multiprocessor of an H200; fixed, for the same bits on every GPU.

    public readonly ConvolutionArgs Convolution;
    public readonly NormReluPoolKernels.TrainArgs Norm; // Its X is the convolution's target.
    public readonly ArrayView<float> Moments;           // [2, C, parts].
    public readonly ArrayView<int> Counters;            // Of the phases, then an arrival a channel.
    public readonly int ColumnTiles;
    public readonly int ConvolutionGroups;
    public readonly int Parts;                          // Of a channel.
    public readonly int PartLength;
    public readonly int ValueGroups;

    public ConvolutionNormArgs(
        ConvolutionArgs convolution, KernelConfig grid, NormReluPoolKernels.TrainArgs norm, ArrayView<float> moments,
        ArrayView<int> counters)
    {
        Convolution = convolution;
        Norm = norm;
        Moments = moments;
        Counters = counters;
        ColumnTiles = grid.GridDim.X;
        ConvolutionGroups = grid.GridDim.X * grid.GridDim.Y;
        BatchNormNumbers n = norm.Norm.Numbers;
        PartLength = PartLengthOf(n.Channels, n.Count);
        Parts = (n.Count + PartLength - 1) / PartLength;
        int groups = ((n.Batch * n.Channels * norm.Windows) + ThreadsOfGroup - 1) / ThreadsOfGroup;
        ValueGroups = Math.Min(Groups, groups);
    }

    /// <summary>Groups of the launch.</summary>
    public int AllGroups => ConvolutionGroups + (Norm.Norm.Numbers.Channels * Parts) + ValueGroups;

    /// <summary>Floats of <see cref="Moments"/>.</summary>
    public static int MomentsOf(int channels, int count) =>
        2 * channels * ((count + PartLengthOf(channels, count) - 1) / PartLengthOf(channels, count));

    private static int PartLengthOf(int channels, int count)
    {
        int parts = Math.Clamp(Groups / channels, 1, Math.Max(1, count / LeastOfPart));
        return (count + parts - 1) / parts;
    }

    /// <summary>Says that a tile of the convolution is there.</summary>
    public void ArriveConvolved() => LaunchPhases.Arrive(Counters, Convolved);

    /// <summary>Phases 2 and 3: what a group does that has no tile of the convolution.</summary>
    /// <param name="group">Its number among these.</param>
    public void Normalize(int group)
    {
        int moments = Norm.Norm.Numbers.Channels * Parts;
        if (group < moments)
        {
            LaunchPhases.Wait(Counters, Convolved, ConvolutionGroups);
            Learn(group / Parts, group % Parts);
        }
        else
        {
            LaunchPhases.Wait(Counters, Learnt, Norm.Norm.Numbers.Channels);
            Apply(group - moments);
        }
    }

    private void Learn(int channel, int part)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSum.MaxThreads);
        ArrayView<int> flag = SharedMemory.Allocate<int>(1);
        BatchNormNumbers n = Norm.Norm.Numbers;
        int first = part * PartLength;
        int end = IntrinsicMath.Min(n.Count, first + PartLength);
        int count = end - first;
        float mine = 0f;
        for (int i = first + Group.IdxX; i < end; i += Group.DimX)
        {
            mine += Norm.Norm.X[BatchNorm1dKernels.At(n, channel, i)];
        }

        float mean = GroupSum.Of(shared, mine) / count;
        float square = 0f;
        float distance = 0f;
        for (int i = first + Group.IdxX; i < end; i += Group.DimX)
        {
            float from = Norm.Norm.X[BatchNorm1dKernels.At(n, channel, i)] - mean;
            distance += from;
            square += from * from;
        }

        float squares = GroupSum.Of(shared, square);
        // What rounding the mean left is taken from the squares again.
        float rest = GroupSum.Of(shared, distance);
        int at = (channel * Parts) + part;
        int other = n.Channels * Parts;
        if (Group.IdxX == 0)
        {
            Moments[at] = mean + (rest / count);
            Moments[other + at] = squares - (rest * rest / count);
        }

        if (LastGroup.Arrives(Counters, LaunchPhases.CountersOf(Phases) + channel, Parts, flag))
        {
            if (Group.IdxX == 0)
            {
                Combine(channel);
            }

            LaunchPhases.Arrive(Counters, Learnt);
        }
    }

    /// <summary>The statistics of a channel from its parts, in order; one thread does.</summary>
    private void Combine(int channel)
    {
        BatchNormNumbers n = Norm.Norm.Numbers;
        int other = n.Channels * Parts;
        float total = 0f;
        for (int part = 0; part < Parts; part++)
        {
            total += Moments[(channel * Parts) + part] * CountOf(part);
        }

        float mean = total / n.Count;
        float squares = 0f;
        for (int part = 0; part < Parts; part++)
        {
            float from = Moments[(channel * Parts) + part] - mean;
            squares += Moments[other + (channel * Parts) + part] + (from * from * CountOf(part));
        }

        BatchNorm1dKernels.Keep(Norm.Norm, channel, mean, squares / n.Count);
    }

    private int CountOf(int part) =>
        IntrinsicMath.Min(Norm.Norm.Numbers.Count, (part + 1) * PartLength) - (part * PartLength);

    private void Apply(int group)
    {
        BatchNormNumbers n = Norm.Norm.Numbers;
        int count = n.Batch * n.Channels * Norm.Windows;
        for (int i = (group * Group.DimX) + Group.IdxX; i < count; i += ValueGroups * Group.DimX)
        {
            int row = i / Norm.Windows;
            int channel = row % n.Channels;
            int first = (row * n.Length) + (i % Norm.Windows * Norm.Window);
            float mean = Norm.Norm.Statistics[channel];
            float scale = Norm.Norm.Gamma[channel] * Norm.Norm.Statistics[n.Channels + channel];
            float shift = Norm.Norm.Beta[channel];
            Norm.Norm.Y[i] = NormReluPoolKernels.Largest(Norm, first, mean, scale, shift);
        }
    }
}
