/* Each time step by its own mean and variance over the channels: y = w[c] (x - mean) / sqrt(variance + epsilon)
   + bias[c]. */
static void layer_norm(
    const float *restrict x, const float *restrict w, const float *restrict bias, float *restrict y, int time,
    int channels, float epsilon)
{
    for (int t = 0; t < time; t++) {
        const float *restrict in = x + t * channels;
        float *restrict out = y + t * channels;
        float sum = 0.0f;
        float squares = 0.0f;
        for (int c = 0; c < channels; c++) {
            sum += in[c];
        }

        const float mean = sum / (float)channels;
        for (int c = 0; c < channels; c++) {
            squares += (in[c] - mean) * (in[c] - mean);
        }

        const float inverse = 1.0f / sqrtf(squares / (float)channels + epsilon);
        for (int c = 0; c < channels; c++) {
            out[c] = w[c] * ((in[c] - mean) * inverse) + bias[c];
        }
    }
}
