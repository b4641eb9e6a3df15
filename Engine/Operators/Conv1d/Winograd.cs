// Minimal filtering of one dimension, S. Winograd's F(4, 3) and F(4, 4): four outputs of a 3-tap correlation from six
// inputs with 6 multiplications instead of 12, of a 4-tap correlation from seven inputs with 7 instead of 16.
// F(4, 3) has the interpolation points 0, 1, -1, 1/2, -2 and infinity:
//   y = A ((G g) . (B d))          d: six inputs, g: three taps, y: four outputs, . element by element
//   B d: v0 = d0 - 3/2 d1 - 2 d2 + 3/2 d3 + d4     v1 = -d1 + 1/2 d2 + 5/2 d3 + d4     v2 = d1 - 5/2 d2 + 1/2 d3 + d4
//        v3 = -2 d1 - d2 + 2 d3 + d4               v4 = 1/2 d1 - d2 - 1/2 d3 + d4      v5 = d1 - 3/2 d2 - 2 d3 + 3/2 d4 + d5
//   G g: u0 = g0    u1 = (g0 + g1 + g2) / 3        u2 = (-g0 + g1 - g2) / 3
//        u5 = g2    u3 = -(16 g0 + 8 g1 + 4 g2) / 15    u4 = (g0 - 2 g1 + 4 g2) / 15
//   A m: y0 = m0 + m1 + m2 + m3 + m4               y1 = m1 - m2 + 1/2 m3 - 2 m4
//        y2 = m1 + m2 + 1/4 m3 + 4 m4              y3 = m1 - m2 + 1/8 m3 - 8 m4 + m5
// The gradient of the taps is a correlation too, of the inputs with the outputs' gradients: F(3, 4) with the same points
// and the same B, G' of four gradients, A' to three taps. Its fractions stand in A', so G' is exact but for its sums:
//   G' e: w0 = e0   w1, w2 = (e1 + e3) +- (e0 + e2)     w3 = 8 e0 + 4 e1 + 2 e2 + e3   w4 = e0 - 2 e1 + 4 e2 - 8 e3   w5 = e3
//   A' s: dg0 = s0 + p + (q + r)     dg1 = o + 1/2 q - 2 r     dg2 = p + 1/4 q + 4 r + s5
//         with p = (s1 + s2) / 3, o = (s1 - s2) / 3, q = -2/15 s3, r = 1/15 s4
// F(4, 4) has the points 0, 1, -1, 2, -2, 1/2 and infinity, and with P = d4 - 1/2 d3, Q = d5 - 1/2 d4, U = d5 - 5 d3 + 4 d1:
//   B d: v0 = U - 1/2 (d4 - 5 d2 + 4 d0)           v1, v2 = (Q - 4 d3 + 2 d2) +- (P - 4 d2 + 2 d1)
//        v6 = d6 - 5 d4 + 4 d2 - 1/2 U   v5 = U    v3, v4 = (Q - d3 + 1/2 d2) +- 2 (P - d2 + 1/2 d1)
//   G g: u0 = -1/2 g0   u6 = g3                    u1 = -(g0 + g1 + g2 + g3) / 3       u2 = (g0 - g1 + g2 - g3) / 9
//        u3, u4 = ((g0 + 4 g2) +- (2 g1 + 8 g3)) / 36, -60                             u5 = (32 g0 + 16 g1 + 8 g2 + 4 g3) / 45
//   A m: y0 = m0 + (m1 + m2) + (m3 + m4) + m5      y1 = (m1 - m2) + 2 (m3 - m4) + 1/2 m5
//        y2 = (m1 + m2) + 4 (m3 + m4) + 1/4 m5     y3 = (m1 - m2) + 8 (m3 - m4) + 1/8 m5 + m6
// Sums over channels (or clips and time) stand between the transforms: they are matrix products, one for each point.
// Error: root mean square twice that of direct sums in float32 (4.2e-7 against 2.2e-7 of the result's own, 128 channels),
// three times with F(4, 4). An infinity or NaN in the input reaches all outputs of its tile of four.
// Sources: S. Winograd, "Arithmetic Complexity of Computations" (1980); A. Lavin, S. Gray, "Fast Algorithms for
// Convolutional Neural Networks" (2016). The points: those of least error in float32 among small ones, tried by hand;
// compare B. Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd Convolution" (2020).
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NativeCnn.Engine.Simd;

namespace NativeCnn.Engine.Operators;

/// <summary>The transforms of F(4, 3), F(4, 4) and F(3, 4), a tile a lane, at the widest vector of this processor.</summary>
internal static unsafe class Winograd
{
    /// <summary>Outputs of a tile.</summary>
    public const int Outputs = 4;

    /// <summary>Points of F(3, 4), the gradient of three taps.</summary>
    public const int GradientPoints = 6;

    /// <summary>
    /// True where the transforms pay: three or four taps side by side, channels and filters enough to share them, steps enough
    /// to fill tiles, and work enough to transform the weights for.
    /// </summary>
    public static bool Suits(Conv1dShape shape) => Suits(shape, shape.OutputLength);

    /// <summary>The same for the gradient of the input.</summary>
    public static bool SuitsGradientOfInput(Conv1dShape shape) => Suits(shape, shape.Length);

    /// <summary>The same for the gradient of the weights.</summary>
    public static bool SuitsGradientOfWeight(Conv1dShape shape) => shape.Taps == 3 && Suits(shape);

    /// <summary>Points, which are products of a tile, with so many taps.</summary>
    public static int PointsOf(int taps) => Outputs + taps - 1;

    /// <summary>Tiles of so many outputs.</summary>
    public static int TilesOf(int outputs) => (outputs + Outputs - 1) / Outputs;

    /// <summary>
    /// to[point * plane + tile] = B d, d = the floats from row + 4 tile on, those from the fifth on 0 where inside[tile]
    /// has no bits. Whole vectors of tiles are read and written: row needs 4 vectors of tiles and 4 vectors more.
    /// </summary>
    public static void Data(int taps, float* row, int tiles, float* inside, float* to, long plane)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                WinogradTiles<FloatVector512>.Data(taps, row, tiles, inside, to, plane);
                break;
            case 8:
                WinogradTiles<FloatVector256>.Data(taps, row, tiles, inside, to, plane);
                break;
            default:
                WinogradTiles<FloatVector128>.Data(taps, row, tiles, inside, to, plane);
                break;
        }
    }

    /// <summary>Floats of a row that holds so many tiles, as transforms read and write it.</summary>
    public static int RowPitch(int tiles)
    {
        int lanes = HostSimd.Lanes;
        return ((Outputs * (((tiles + lanes - 1) / lanes) + 1) * lanes) + 79) / 64 * 64;
    }

    /// <summary>
    /// Whether tiles of clips that lie side by side read on behind their outputs: all bits, or none for the last tile of
    /// each clip where that would be the next clip's samples, which it may not see, and the clip's own are zeros. Where
    /// they are not, there are none without bits, and clips are transformed one by one.
    /// </summary>
    /// <param name="clips">Clips; the first ones are masked alike however many there are.</param>
    /// <param name="tiles">Tiles of a clip, or of a chunk.</param>
    /// <param name="taps">Taps, 3 or 4.</param>
    /// <param name="outputs">Outputs of a clip; 0 for chunks, whose last tiles read on in the same clip.</param>
    public static int[] Inside(int taps, int clips, int tiles, int outputs)
    {
        int[] inside = GC.AllocateUninitializedArray<int>((clips * tiles) + HostSimd.Lanes, pinned: true);
        inside.AsSpan().Fill(-1);
        if (outputs > 0 && Outputs * tiles >= outputs + taps - 1)
        {
            for (int last = tiles - 1; last < clips * tiles; last += tiles)
            {
                inside[last] = 0;
            }
        }

        return inside;
    }

    /// <summary>
    /// Transforms some channels of clips that lie side by side: to[point * plane + channel * pitch + tile], the tiles of
    /// one clip behind those of the other.
    /// </summary>
    /// <param name="taps">Taps, 3 or 4.</param>
    /// <param name="rows">Where the samples come from.</param>
    /// <param name="clip">The first clip.</param>
    /// <param name="clips">How many.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="channels">How many.</param>
    /// <param name="start">The step of a clip that its first tile begins with.</param>
    /// <param name="tiles">Tiles of a clip.</param>
    /// <param name="inside">What <see cref="Inside"/> gives for the same clips and tiles.</param>
    /// <param name="row">Room for the rows of all these channels.</param>
    /// <param name="rowPitch"><see cref="RowPitch"/> of all tiles.</param>
    /// <param name="to">The place of the first channel's first tile.</param>
    /// <param name="pitch">From a channel to the next.</param>
    /// <param name="plane">From a point to the next.</param>
    public static void TransformRows<TRows>(
        int taps, in TRows rows, int clip, int clips, int channel, int channels, int start, int tiles, int[] inside,
        float* row, int rowPitch, float* to, int pitch, long plane)
        where TRows : struct, IHostRows
    {
        int width = Outputs * tiles;
        int together = inside[tiles - 1] == 0 ? clips : 1;
        float* mask = (float*)Unsafe.AsPointer(ref inside[0]);
        for (int one = 0; one < clips; one += together, to += (long)together * tiles)
        {
            for (int i = 0; i < channels; i++)
            {
                float* of = row + ((long)i * rowPitch);
                for (int j = 0; j < together; j++)
                {
                    // The last one's vectors go on behind it.
                    int own = j < together - 1 ? width : width + taps - 1;
                    rows.Pack(clip + one + j, channel + i, start, 1, of + ((long)j * width), own);
                }
            }

            for (int i = 0; i < channels; i++)
            {
                Data(taps, row + ((long)i * rowPitch), together * tiles, mask, to + ((long)i * pitch), plane);
            }
        }
    }

    /// <summary>row[4 tile + i] = A m, m = sums[point * plane + tile]. Whole vectors of tiles.</summary>
    public static void Output(int taps, float* sums, long plane, int tiles, float* row)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                WinogradTiles<FloatVector512>.Output(taps, sums, plane, tiles, row);
                break;
            case 8:
                WinogradTiles<FloatVector256>.Output(taps, sums, plane, tiles, row);
                break;
            default:
                WinogradTiles<FloatVector128>.Output(taps, sums, plane, tiles, row);
                break;
        }
    }

    /// <summary>
    /// to[point * plane + tile * pitch + lane] = G' e, e = four rows of a vector of filters each, side by side from
    /// rows + 4 vectors of tile on; adds all of them to total, a vector, where there is one.
    /// </summary>
    public static void Gradient(float* rows, int tiles, float* to, int pitch, long plane, float* total)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                WinogradTiles<FloatVector512>.Gradient(rows, tiles, to, pitch, plane, total);
                break;
            case 8:
                WinogradTiles<FloatVector256>.Gradient(rows, tiles, to, pitch, plane, total);
                break;
            default:
                WinogradTiles<FloatVector128>.Gradient(rows, tiles, to, pitch, plane, total);
                break;
        }
    }

    /// <summary>to[tap * pitch] = A' s, s = the six vectors of filters sums[point * plane].</summary>
    public static void Taps3(float* sums, long plane, float* to, int pitch)
    {
        switch (HostSimd.Lanes)
        {
            case 16:
                WinogradTiles<FloatVector512>.Taps3(sums, plane, to, pitch);
                break;
            case 8:
                WinogradTiles<FloatVector256>.Taps3(sums, plane, to, pitch);
                break;
            default:
                WinogradTiles<FloatVector128>.Taps3(sums, plane, to, pitch);
                break;
        }
    }

    private static bool Suits(Conv1dShape shape, int outputs) =>
        shape is { Taps: 3 or 4, Stride: 1, Dilation: 1, Groups: 1, Channels: >= 16, Filters: >= 16 } &&
        (double)PointsOf(shape.Taps) * TilesOf(outputs) <= 0.75 * shape.Taps * outputs && (long)shape.Batch * outputs >= 32 &&
        IsAddressable(shape, outputs);

    /// <summary>True where places in transformed sources and weights are within an int.</summary>
    private static bool IsAddressable(Conv1dShape shape, int outputs) =>
        (long)shape.Channels * shape.Filters <= 1 << 26 &&
        Math.Max(shape.Channels, shape.Filters) * (outputs + 64L) <= 1 << 29;
}
