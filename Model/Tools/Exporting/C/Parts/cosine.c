/* y[c] = sum over n of cosines[n][c] x[n]: the cosine transform, liftering in it. */
static void cosine(const float *restrict x, float *restrict y)
{
    memset(y, 0, COEFFICIENTS * sizeof *y);
    for (int n = 0; n < TRANSFORMED; n++) {
        const float value = x[n];
        for (int c = 0; c < COEFFICIENTS; c++) {
            y[c] += value * cosines[n * COEFFICIENTS + c];
        }
    }
}
