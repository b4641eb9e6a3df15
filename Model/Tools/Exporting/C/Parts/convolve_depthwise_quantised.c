/* A filter a channel, in integers, 16 channels at a time; w is [r][channels]. */
static void convolve_depthwise_$x_$y(
    const $X *restrict x, const int8_t *restrict w, const int32_t *restrict bias, const float *restrict scale,
    $Y *restrict y, conv_shape s)
{
    const float least = s.relu ? 0.0f : -INFINITY;
    for (int l = 0; l < s.length; l++) {
        const int start = l * s.stride - s.before;
        const int end = end_of_taps(start, s);
        for (int c0 = 0; c0 < s.channels; c0 += 16) {
            const int width = s.channels - c0 < 16 ? s.channels - c0 : 16;
            int32_t sum[16];
            for (int c = 0; c < width; c++) {
                sum[c] = bias[c0 + c];
            }

            for (int r = first_tap(start, s.dilation); r < end; r++) {
                const $X *restrict in = x + (start + r * s.dilation) * s.channels + c0;
                const int8_t *restrict weight = w + r * s.channels + c0;
                for (int c = 0; c < width; c++) {
                    sum[c] += in[c] * weight[c];
                }
            }

            for (int c = 0; c < width; c++) {
                const float value = (float)sum[c] * scale[c0 + c];
                y[l * s.filters + c0 + c] = to_$y(value > least ? value : least);
            }
        }
    }
}
