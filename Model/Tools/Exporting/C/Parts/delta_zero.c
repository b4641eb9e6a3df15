/* Beyond the ends there are zeros: -1. */
static int delta_frame(int t, int j)
{
    return t + j < FRAMES ? t + j : -1;
}
