/* The power of each bin. */
static void power_spectrum(const float *restrict z, float *restrict power)
{
    for (int k = 0; k < BINS; k++) {
        power[k] = z[2 * k] * z[2 * k] + z[2 * k + 1] * z[2 * k + 1];
    }
}
