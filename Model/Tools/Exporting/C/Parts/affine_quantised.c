/* y[t][c] = scale[c] x[t][c] + shift[c], rounded. */
static void affine_$x_$y(
    const $X *restrict x, const float *restrict scale, const float *restrict shift, $Y *restrict y, int time,
    int channels)
{
    for (int t = 0; t < time; t++) {
        for (int c = 0; c < channels; c++) {
            y[t * channels + c] = to_$y(scale[c] * (float)x[t * channels + c] + shift[c]);
        }
    }
}
