/* Channels of x, times a factor, as some of the channels of y, whose rows are width long. */
static void rescale_$x_$y(const $X *x, int time, int channels, float factor, $Y *y, int width)
{
    for (int t = 0; t < time; t++) {
        for (int c = 0; c < channels; c++) {
            y[t * width + c] = to_$y((float)x[t * channels + c] * factor);
        }
    }
}
