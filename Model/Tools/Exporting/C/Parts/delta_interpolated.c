/* Near the ends the window stands still where it last fits. */
static int delta_frame(int t, int j)
{
    const int half = DELTA_WIDTH / 2;
    t = t < FRAMES - 1 - half ? t : FRAMES - 1 - half;
    t = t > half ? t : half;
    return t + j;
}
