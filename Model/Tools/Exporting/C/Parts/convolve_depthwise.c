/* A filter a channel: y[l][c] = bias[c] + sum over taps r of w[r][c] x[l stride - before + r dilation][c]. */
static void convolve_depthwise(
    const float *restrict x, const float *restrict w, const float *restrict bias, float *restrict y, conv_shape s)
{
    for (int l = 0; l < s.length; l++) {
        const int start = l * s.stride - s.before;
        const int end = end_of_taps(start, s);
        float *restrict row = y + l * s.filters;
        memcpy(row, bias, (size_t)s.filters * sizeof *row);
        for (int r = first_tap(start, s.dilation); r < end; r++) {
            const float *restrict in = x + (start + r * s.dilation) * s.channels;
            const float *restrict weight = w + r * s.channels;
            for (int c = 0; c < s.channels; c++) {
                row[c] += weight[c] * in[c];
            }
        }

        if (s.relu) {
            for (int c = 0; c < s.filters; c++) {
                row[c] = row[c] > 0.0f ? row[c] : 0.0f;
            }
        }
    }
}
