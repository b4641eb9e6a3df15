/* y[l][c] = factor times the mean of x[t][c] over window l, rounded. */
static void average_pool_$x_$y(const $X *restrict x, float factor, $Y *restrict y, pool_shape s)
{
    for (int l = 0; l < s.length; l++) {
        const int start = l * s.stride - s.padding;
        const int first = start > 0 ? start : 0;
        const int end = start + s.window < s.time ? start + s.window : s.time;
        const int padded = start + s.window < s.time + s.padding ? start + s.window : s.time + s.padding;
        const float share = factor / (float)(s.count_padding ? padded - start : end - first);
        for (int c = 0; c < s.channels; c++) {
            int32_t sum = 0;
            for (int t = first; t < end; t++) {
                sum += x[t * s.channels + c];
            }

            y[l * s.channels + c] = to_$y((float)sum * share);
        }
    }
}
