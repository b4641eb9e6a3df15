/* y[l][c] = the largest x[t][c] of window l. */
static void max_pool_$x(const $X *restrict x, $X *restrict y, pool_shape s)
{
    for (int l = 0; l < s.length; l++) {
        const int start = l * s.stride - s.padding;
        const int first = start > 0 ? start : 0;
        const int end = start + s.window < s.time ? start + s.window : s.time;
        $X *restrict row = y + l * s.channels;
        memcpy(row, x + first * s.channels, (size_t)s.channels * sizeof *row);
        for (int t = first + 1; t < end; t++) {
            const $X *restrict in = x + t * s.channels;
            for (int c = 0; c < s.channels; c++) {
                row[c] = in[c] > row[c] ? in[c] : row[c];
            }
        }
    }
}
