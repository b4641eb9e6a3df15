/* y[t][c] = x[t][c] gate[c]. */
static void scale_channels(
    const float *restrict x, const float *restrict gate, float *restrict y, int time, int channels)
{
    for (int t = 0; t < time; t++) {
        for (int c = 0; c < channels; c++) {
            y[t * channels + c] = x[t * channels + c] * gate[c];
        }
    }
}
