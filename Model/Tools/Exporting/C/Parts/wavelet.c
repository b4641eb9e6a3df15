/* Wavelet coefficients of a row: a_L, d_L, ... d_1, level by level from a_0 = the row, continued beyond its ends:
   a[o] = sum over j of low[j] a_before[2 o + shift - j], d[o] the same with high. */
static void wavelet(const float *row, float *coefficients, float *restrict extended)
{
    const float *source = row;
    for (int level = 1; level <= WAVELET_LEVELS; level++) {
        const int length = wavelet_lengths[level - 1];
        const int results = wavelet_lengths[level];
        float *detail = coefficients + wavelet_places[level];
        for (int i = 0; i < 2 * results + WAVELET_TAPS - 2; i++) {
            extended[i] = source[wavelet_source(i + WAVELET_SHIFT - (WAVELET_TAPS - 1), length)];
        }

        for (int o = 0; o < results; o++) {
            float low = 0.0f;
            float high = 0.0f;
            for (int j = 0; j < WAVELET_TAPS; j++) {
                low += wavelet_low[j] * extended[2 * o + WAVELET_TAPS - 1 - j];
                high += wavelet_high[j] * extended[2 * o + WAVELET_TAPS - 1 - j];
            }

            coefficients[o] = low;
            detail[o] = high;
        }

        source = coefficients;
    }
}
