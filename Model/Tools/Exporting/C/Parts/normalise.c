/* Features less their mean over the training clips, by their deviation; rows without a gap behind them. */
static void normalise(float *rows)
{
    for (int m = 0; m < FRAMES; m++) {
        for (int r = 0; r < ROWS; r++) {
            rows[m * ROWS + r] = (rows[m * WIDTH + r] - feature_mean[r]) * feature_factor[r];
        }
    }
}
