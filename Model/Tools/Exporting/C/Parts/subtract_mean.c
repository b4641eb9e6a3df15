/* Each row of features less its mean over the clip. */
static void subtract_mean(float *restrict rows, float *restrict mean)
{
    memset(mean, 0, STATIC_ROWS * sizeof *mean);
    for (int m = 0; m < FRAMES; m++) {
        for (int r = 0; r < STATIC_ROWS; r++) {
            mean[r] += rows[m * WIDTH + r];
        }
    }

    for (int m = 0; m < FRAMES; m++) {
        for (int r = 0; r < STATIC_ROWS; r++) {
            rows[m * WIDTH + r] -= mean[r] / (float)FRAMES;
        }
    }
}
