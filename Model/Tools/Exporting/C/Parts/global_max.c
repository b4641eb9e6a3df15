/* y[c] = the largest x[t][c]. */
static void global_max_$x(const $X *restrict x, $X *restrict y, int time, int channels)
{
    memcpy(y, x, (size_t)channels * sizeof *y);
    for (int t = 1; t < time; t++) {
        for (int c = 0; c < channels; c++) {
            y[c] = x[t * channels + c] > y[c] ? x[t * channels + c] : y[c];
        }
    }
}
