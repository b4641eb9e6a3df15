// Both gradients of a convolution in one launch: groups of threads for the weights first, for they end in a sum over
// parts, then those of the input. In the second block of `deep` at batch 64 they are 132 and 67 groups of 128 threads
// on 132 multiprocessors, each of which takes three or four at a time: side by side they take the time of the longer.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>What the kernels of <see cref="Conv1d"/>'s whole backward pass take.</summary>
internal readonly struct ConvolutionBackwardArgs
{
    /// <summary>Why OpenCL devices run the two launches apart.</summary>
    public const string WhyNotOnOpenCl = "PoCL cannot compile what a branch with barriers in it assigns";

    public readonly WeightGradientArgs Weight;
    public readonly ConvolutionArgs Input;
    public readonly int TilesX;       // Of the gradient of the weights.
    public readonly int TilesY;
    public readonly int Parts;
    public readonly int WeightGroups;
    public readonly int ColumnTiles;  // Of the gradient of the input.

    public ConvolutionBackwardArgs(
        WeightGradientArgs weight, KernelConfig weightGrid, ConvolutionArgs input, KernelConfig inputGrid)
    {
        Weight = weight;
        Input = input;
        TilesX = weightGrid.GridDim.X;
        TilesY = weightGrid.GridDim.Y;
        Parts = weightGrid.GridDim.Z;
        WeightGroups = TilesX * TilesY * Parts;
        ColumnTiles = inputGrid.GridDim.X;
    }

    /// <summary>How many tiles and parts the gradient of the weights has.</summary>
    public Index3D WeightTiles => new(TilesX, TilesY, Parts);

    /// <summary>Which of them a group computes.</summary>
    public Index3D WeightPlace(int group)
    {
        QuotientRemainder row = QuotientRemainder.Of(group, TilesX);
        QuotientRemainder column = QuotientRemainder.Of(row.Quotient, TilesY);
        return new Index3D(row.Remainder, column.Remainder, column.Quotient);
    }
}
