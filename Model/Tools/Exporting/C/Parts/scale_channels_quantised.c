/* y[t][c] = factor x[t][c] gate[c], rounded. */
static void scale_channels_$x_$b_$y(
    const $X *restrict x, const $B *restrict gate, float factor, $Y *restrict y, int time, int channels)
{
    for (int t = 0; t < time; t++) {
        for (int c = 0; c < channels; c++) {
            y[t * channels + c] = to_$y((float)(x[t * channels + c] * gate[c]) * factor);
        }
    }
}
