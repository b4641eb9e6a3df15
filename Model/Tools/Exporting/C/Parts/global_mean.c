/* y[c] = the mean of x[t][c] over time. */
static void global_mean(const float *restrict x, float *restrict y, int time, int channels)
{
    memset(y, 0, (size_t)channels * sizeof *y);
    for (int t = 0; t < time; t++) {
        for (int c = 0; c < channels; c++) {
            y[c] += x[t * channels + c];
        }
    }

    for (int c = 0; c < channels; c++) {
        y[c] *= 1.0f / (float)time;
    }
}
