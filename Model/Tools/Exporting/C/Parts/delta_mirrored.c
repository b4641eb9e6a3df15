/* Beyond the ends the frames are mirrored, the end ones not repeated. */
static int delta_frame(int t, int j)
{
    const int period = FRAMES > 1 ? 2 * (FRAMES - 1) : 1;
    const int folded = (((t + j) % period) + period) % period;
    return folded < FRAMES ? folded : period - folded;
}
