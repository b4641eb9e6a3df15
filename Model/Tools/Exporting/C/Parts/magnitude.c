/* Magnitudes of powers. */
static void magnitude(float *power)
{
    for (int k = 0; k < BINS; k++) {
        power[k] = sqrtf(power[k]);
    }
}
