// Mean and squared distances of values side by side: vectors within a block, blocks in float64. The squares are of
// distances from a mean that was summed before, so a large mean costs no digits.
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The sums that host bodies of normalisations take over runs of values.</summary>
internal static unsafe class HostMoments
{
    /// <summary>Values of a sum in float32.</summary>
    public const int Block = 4096;

    /// <summary>Rows that <see cref="OfRows(float*, long, int, int, double*, double*)"/> takes.</summary>
    public const int RowsAtOnce = 4;

    /// <summary>The mean of a run, and 1 / sqrt(variance + epsilon).</summary>
    public static (float Mean, float Inverse) Of(float* x, int length, float epsilon)
    {
        (double mean, double squares) = Of(x, length);
        return ((float)mean, (float)(1 / Math.Sqrt((squares / length) + epsilon)));
    }

    /// <summary>The mean of a run, and the sum of its squared distances from it.</summary>
    public static (double Mean, double Squares) Of(float* x, int length) => HostSimd.LanesFor(length) switch
    {
        16 => Of<FloatVector512>(x, length),
        8 => Of<FloatVector256>(x, length),
        4 => Of<FloatVector128>(x, length),
        _ => OfFew(x, length),
    };

    /// <summary>
    /// The same of up to four rows of one length, a pitch apart: sums of several vectors take no longer than those of one.
    /// What comes out for a row does not depend on the others.
    /// </summary>
    public static void OfRows(float* rows, long pitch, int count, int length, double* means, double* squares)
    {
        switch (length <= Block ? HostSimd.LanesFor(length) : 1)
        {
            case 16:
                OfRows<FloatVector512>(rows, pitch, count, length, means, squares);
                break;
            case 8:
                OfRows<FloatVector256>(rows, pitch, count, length, means, squares);
                break;
            case 4:
                OfRows<FloatVector128>(rows, pitch, count, length, means, squares);
                break;
            default:
                for (int row = 0; row < count; row++)
                {
                    (means[row], squares[row]) = Of(rows + (row * pitch), length);
                }

                break;
        }
    }

    private static void OfRows<TVector>(
        float* rows, long pitch, int count, int length, double* means, double* squares)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        // Where there are fewer, the last one comes again.
        var four = new FourRows(rows, pitch, count);
        Vector128<float> mean = MomentTiles<TVector>.SumsOfFour(four, length) / Vector128.Create((float)length);
        MomentTiles<TVector>.DistancesOfFour(
            four, length, mean, out Vector128<float> rest, out Vector128<float> squaresOfRows);
        for (int row = 0; row < count; row++)
        {
            (means[row], squares[row]) = Exact(length, mean[row], rest[row], squaresOfRows[row]);
        }
    }

    private static (double Mean, double Squares) Of<TVector>(float* x, int length)
        where TVector : unmanaged, IFloatVector<TVector>
    {
        // Blocks are cut evenly: the last one, too, has a vector.
        int blocks = (length + Block - 1) / Block;
        double sum = 0;
        for (int block = 0; block < blocks; block++)
        {
            (int first, int count) = Cut(length, block, blocks);
            sum += MomentTiles<TVector>.Sum(x + first, count);
        }

        float mean = (float)(sum / length);
        double rest = 0;
        double squares = 0;
        for (int block = 0; block < blocks; block++)
        {
            (int first, int count) = Cut(length, block, blocks);
            (float ofBlock, float squaresOfBlock) = MomentTiles<TVector>.Distances(x + first, count, mean);
            rest += ofBlock;
            squares += squaresOfBlock;
        }

        return Exact(length, mean, rest, squares);
    }

    private static (double Mean, double Squares) OfFew(float* x, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++)
        {
            sum += x[i];
        }

        float mean = (float)(sum / length);
        double rest = 0;
        double squares = 0;
        for (int i = 0; i < length; i++)
        {
            float distance = x[i] - mean;
            rest += distance;
            squares += distance * distance;
        }

        return Exact(length, mean, rest, squares);
    }

    /// <summary>What rounding the mean left is added to it, and taken from the squares.</summary>
    private static (double Mean, double Squares) Exact(int length, float mean, double rest, double squares) =>
        (mean + (rest / length), squares - (rest * rest / length));

    private static (int First, int Count) Cut(int length, int block, int blocks)
    {
        int first = (int)((long)length * block / blocks);
        return (first, (int)((long)length * (block + 1) / blocks) - first);
    }
}
