/* ln max(scale times the sum of squares, least). */
static float log_energy(const float *frame, float scale, float least)
{
    float sum = 0.0f;
    for (int n = 0; n < FRAME; n++) {
        sum += frame[n] * frame[n];
    }

    return logf(scale * sum > least ? scale * sum : least);
}
