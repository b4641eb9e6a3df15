/* A frame times its window, zeros behind it up to the transform's length. */
static void apply_window(float *restrict frame)
{
    for (int n = 0; n < FRAME; n++) {
        frame[n] *= window[n];
    }

    for (int n = FRAME; n < FFT; n++) {
        frame[n] = 0.0f;
    }
}
