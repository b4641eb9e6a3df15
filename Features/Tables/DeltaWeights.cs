// The filters that tell how features change over time. Over 2 H + 1 frames, delta_t = sum_{|j| <= H} w_j x_{t+j}:
//   regression              w_j = j / sum i^2: the slope of the straight line of least squares
//   Savitzky-Golay, first   the same: the first derivative of that line
//   Savitzky-Golay, second  w_j = 2 (j^2 - S2/n) / (S4 - S2^2/n), n = 2 H + 1, S2 = sum i^2, S4 = sum i^4: the second
//                           derivative of the parabola of least squares
// They differ at the ends and in delta-delta; see DeltaConvention. Source: A. Savitzky, M. Golay (1964), in the form of
// librosa.feature.delta; S. Young et al., "The HTK Book", 5.9, and torchaudio.functional.compute_deltas.

namespace NativeCnn.Features.Tables;

/// <summary>Builds the filters of deltas.</summary>
public static class DeltaWeights
{
    /// <summary>A filter over frames.</summary>
    /// <param name="width">2 H + 1: odd, from 3.</param>
    /// <param name="derivative">1 for the slope, 2 for the curvature.</param>
    /// <returns>[width], w_{-H} first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static float[] Create(int width, int derivative = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 3);
        ArgumentOutOfRangeException.ThrowIfZero(width % 2, nameof(width));
        ArgumentOutOfRangeException.ThrowIfLessThan(derivative, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(derivative, 2);
        double squares = 0;
        double fourths = 0;
        for (int j = -width / 2; j <= width / 2; j++)
        {
            squares += (double)j * j;
            fourths += (double)j * j * j * j;
        }

        float[] weights = new float[width];
        for (int i = 0; i < width; i++)
        {
            double j = i - (width / 2);
            weights[i] = (float)(derivative == 1
                ? j / squares
                : 2 * ((j * j) - (squares / width)) / (fourths - (squares * squares / width)));
        }

        return weights;
    }
}
