/* Outside of the clip it begins again. */
static float outside(const float *samples, int at)
{
    return samples[((at % SAMPLES) + SAMPLES) % SAMPLES];
}
