/* [time][channels] as channel after channel: y[c time + t] = x[t][c]. */
static void flatten_$x(const $X *restrict x, $X *restrict y, int time, int channels)
{
    for (int t = 0; t < time; t++) {
        for (int c = 0; c < channels; c++) {
            y[c * time + t] = x[t * channels + c];
        }
    }
}
