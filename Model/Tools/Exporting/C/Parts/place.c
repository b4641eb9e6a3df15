/* The channels of x as some of the channels of y, whose rows are width long. */
static void place(const float *restrict x, int time, int channels, float *restrict y, int width)
{
    for (int t = 0; t < time; t++) {
        memcpy(y + t * width, x + t * channels, (size_t)channels * sizeof *y);
    }
}
