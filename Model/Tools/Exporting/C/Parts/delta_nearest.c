/* Beyond the ends the end frames stand. */
static int delta_frame(int t, int j)
{
    const int at = t + j > 0 ? t + j : 0;
    return at < FRAMES ? at : FRAMES - 1;
}
