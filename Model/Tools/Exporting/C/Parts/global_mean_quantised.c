/* y[c] = factor times the sum of x[t][c] over time, rounded. */
static void global_mean_$x_$y(const $X *restrict x, float factor, $Y *restrict y, int time, int channels)
{
    for (int c = 0; c < channels; c++) {
        int32_t sum = 0;
        for (int t = 0; t < time; t++) {
            sum += x[t * channels + c];
        }

        y[c] = to_$y((float)sum * factor);
    }
}
