/* The same as a convolution of floats, in integers: sum = bias[k] + sum of w[k][r][c] x[..][c], which int32 holds
   whatever x is; y = sum scale[k], rounded. w is [filters][r][channels of a group]. */
static void convolve_$x_$y(
    const $X *restrict x, const int8_t *restrict w, const int32_t *restrict bias, const float *restrict scale,
    $Y *restrict y, conv_shape s)
{
    const int channels = s.channels / s.groups;
    const int filters = s.filters / s.groups;
    const int joined = s.groups == 1 && s.dilation == 1;
    const float least = s.relu ? 0.0f : -INFINITY;
    for (int l = 0; l < s.length; l++) {
        const int start = l * s.stride - s.before;
        const int first = first_tap(start, s.dilation);
        const int end = end_of_taps(start, s);
        const int taps = joined ? 1 : end - first;
        const int width = joined ? (end - first) * channels : channels;
        for (int k = 0; k < s.filters; k++) {
            const int g = k / filters;
            int32_t sum = bias[k];
            for (int r = 0; r < taps; r++) {
                const $X *restrict in = x + (start + (first + r) * s.dilation) * s.channels + g * channels;
                const int8_t *restrict weight = w + (k * s.taps + first + r) * channels;
                for (int c = 0; c < width; c++) {
                    sum += in[c] * weight[c];
                }
            }

            const float value = (float)sum * scale[k];
            y[l * s.filters + k] = to_$y(value > least ? value : least);
        }
    }
}
