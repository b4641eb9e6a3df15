/* y[l][k] = bias[k] + sum over taps r and channels c of w[r][c][k] x[l stride - before + r dilation][c]. Outside of x
   there are zeros: those taps are left out. Filters of group g read the channels of group g; w is [groups][r][c][k]. */
static void convolve(
    const float *restrict x, const float *restrict w, const float *restrict bias, float *restrict y, conv_shape s)
{
    const int channels = s.channels / s.groups;
    const int filters = s.filters / s.groups;
    for (int l = 0; l < s.length; l++) {
        const int start = l * s.stride - s.before;
        const int end = end_of_taps(start, s);
        float *restrict row = y + l * s.filters;
        memcpy(row, bias, (size_t)s.filters * sizeof *row);
        for (int g = 0; g < s.groups; g++) {
            float *restrict sum = row + g * filters;
            for (int r = first_tap(start, s.dilation); r < end; r++) {
                const float *restrict in = x + (start + r * s.dilation) * s.channels + g * channels;
                const float *restrict weight = w + (g * s.taps + r) * channels * filters;
                for (int c = 0; c < channels; c++) {
                    const float value = in[c];
                    for (int k = 0; k < filters; k++) {
                        sum[k] += value * weight[c * filters + k];
                    }
                }
            }
        }

        if (s.relu) {
            for (int k = 0; k < s.filters; k++) {
                row[k] = row[k] > 0.0f ? row[k] : 0.0f;
            }
        }
    }
}
