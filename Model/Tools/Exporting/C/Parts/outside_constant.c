/* Outside of the clip there is silence. */
static float outside(const float *samples, int at)
{
    (void)samples;
    (void)at;
    return 0.0f;
}
