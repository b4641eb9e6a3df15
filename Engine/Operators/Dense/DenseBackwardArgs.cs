// The backward pass of a dense layer in one launch: the tiles of dW = dY^T x, then those of dX = dY W, then the sums of
// dBias. The article's layer, 64 x 3,072 -> 128, has 96 + 48 + 4 groups of threads: the second product alone would
// leave two thirds of a GPU of 132 multiprocessors idle, and three launches cost two boundaries more.
using ILGPU;

namespace NativeCnn.Engine.Operators;

/// <summary>What <see cref="MatMulRegisterKernels.DenseBackward4x4"/> takes.</summary>
internal readonly struct DenseBackwardArgs
{
    /// <summary>Columns of dY that a group of threads sums.</summary>
    public const int BiasColumns = 32;

    private const int BiasLanes = 8;

    /// <summary>Threads of a group.</summary>
    public const int Threads = BiasColumns * BiasLanes;

    public readonly MatMulKernels.Args Weight;
    public readonly MatMulKernels.Args Input;
    public readonly ArrayView<float> DBias;
    public readonly int WeightTiles;
    public readonly int Tiles; // Of both.

    public DenseBackwardArgs(
        MatMulKernels.Args weight, MatMulKernels.Args input, ArrayView<float> dBias, int weightTiles, int inputTiles)
    {
        Weight = weight;
        Input = input;
        DBias = dBias;
        WeightTiles = weightTiles;
        Tiles = weightTiles + inputTiles;
    }

    /// <summary>dBias += the sum of 32 columns of dY over the batch: eight rows at a time, then by halves.</summary>
    public void SumBias(int group)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(Threads);
        int outputs = Weight.M;
        int column = (group * BiasColumns) + (Group.IdxX % BiasColumns);
        float sum = 0f;
        for (int row = Group.IdxX / BiasColumns; row < Weight.K; row += BiasLanes)
        {
            if (column < outputs)
            {
                sum += Weight.A[(row * outputs) + column];
            }
        }

        float total = GroupSum.OfColumn(shared, sum, BiasColumns);
        if (Group.IdxX < BiasColumns && column < outputs)
        {
            DBias[column] += total;
        }
    }
}
