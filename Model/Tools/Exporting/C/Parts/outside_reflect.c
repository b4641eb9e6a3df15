/* Outside of the clip it is mirrored, the end samples not repeated. */
static float outside(const float *samples, int at)
{
    const int period = 2 * (SAMPLES - 1);
    const int folded = ((at % period) + period) % period;
    return samples[folded < SAMPLES ? folded : period - folded];
}
