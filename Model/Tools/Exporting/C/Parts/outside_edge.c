/* Outside of the clip its first or its last sample stands. */
static float outside(const float *samples, int at)
{
    return samples[at < 0 ? 0 : SAMPLES - 1];
}
