/* A frame less its mean, in two steps: what the first leaves is small, and so is its rounding. */
static void remove_mean(float *frame)
{
    for (int step = 0; step < 2; step++) {
        float sum = 0.0f;
        for (int n = 0; n < FRAME; n++) {
            sum += frame[n];
        }

        const float mean = sum / (float)FRAME;
        for (int n = 0; n < FRAME; n++) {
            frame[n] -= mean;
        }
    }
}
