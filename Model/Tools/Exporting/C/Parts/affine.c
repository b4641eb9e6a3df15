/* y[t][c] = scale[c] x[t][c] + shift[c]. */
static void affine(
    const float *restrict x, const float *restrict scale, const float *restrict shift, float *restrict y, int time,
    int channels)
{
    for (int t = 0; t < time; t++) {
        for (int c = 0; c < channels; c++) {
            y[t * channels + c] = scale[c] * x[t * channels + c] + shift[c];
        }
    }
}
