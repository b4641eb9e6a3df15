/* Each group of channels by its own mean and variance over all time: y = w[c] (x - mean) / sqrt(variance + epsilon)
   + bias[c]. */
static void group_norm(
    const float *restrict x, const float *restrict w, const float *restrict bias, float *restrict y, int time,
    int channels, int groups, float epsilon)
{
    const int width = channels / groups;
    const float share = 1.0f / (float)(time * width);
    for (int g = 0; g < groups; g++) {
        float sum = 0.0f;
        float squares = 0.0f;
        for (int t = 0; t < time; t++) {
            for (int c = g * width; c < (g + 1) * width; c++) {
                sum += x[t * channels + c];
            }
        }

        const float mean = sum * share;
        for (int t = 0; t < time; t++) {
            for (int c = g * width; c < (g + 1) * width; c++) {
                squares += (x[t * channels + c] - mean) * (x[t * channels + c] - mean);
            }
        }

        const float inverse = 1.0f / sqrtf(squares * share + epsilon);
        for (int t = 0; t < time; t++) {
            for (int c = g * width; c < (g + 1) * width; c++) {
                y[t * channels + c] = w[c] * ((x[t * channels + c] - mean) * inverse) + bias[c];
            }
        }
    }
}
