/* Beyond the ends the frames begin again. */
static int delta_frame(int t, int j)
{
    return (((t + j) % FRAMES) + FRAMES) % FRAMES;
}
