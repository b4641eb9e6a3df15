/* bands[b] = sum over the bins of triangle b of weight times power. */
static void mel(const float *restrict power, float *restrict bands)
{
    for (int b = 0; b < BANDS; b++) {
        const float *restrict weight = mel_weights + mel_offsets[b];
        const float *restrict in = power + mel_bins[b];
        const int count = mel_offsets[b + 1] - mel_offsets[b];
        float sum = 0.0f;
        for (int k = 0; k < count; k++) {
            sum += weight[k] * in[k];
        }

        bands[b] = sum;
    }
}
