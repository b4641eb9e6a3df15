/* y[l][c] = the mean of x[t][c] over window l. */
static void average_pool(const float *restrict x, float *restrict y, pool_shape s)
{
    for (int l = 0; l < s.length; l++) {
        const int start = l * s.stride - s.padding;
        const int first = start > 0 ? start : 0;
        const int end = start + s.window < s.time ? start + s.window : s.time;
        const int padded = start + s.window < s.time + s.padding ? start + s.window : s.time + s.padding;
        const float share = 1.0f / (float)(s.count_padding ? padded - start : end - first);
        float *restrict row = y + l * s.channels;
        memset(row, 0, (size_t)s.channels * sizeof *row);
        for (int t = first; t < end; t++) {
            for (int c = 0; c < s.channels; c++) {
                row[c] += x[t * s.channels + c];
            }
        }

        for (int c = 0; c < s.channels; c++) {
            row[c] *= share;
        }
    }
}
