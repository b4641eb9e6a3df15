/* Samples as complex points: an odd number of them has no halves. */
static void spread(const float *restrict frame, float *restrict z)
{
    for (int n = 0; n < FFT; n++) {
        z[2 * n] = frame[n];
        z[2 * n + 1] = 0.0f;
    }
}
