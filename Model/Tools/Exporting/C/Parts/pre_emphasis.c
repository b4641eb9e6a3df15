/* x[n] - factor x[n - 1], from the last sample on; the first one is its own neighbour. */
static void pre_emphasis(float *frame, float factor)
{
    for (int n = FRAME - 1; n > 0; n--) {
        frame[n] -= factor * frame[n - 1];
    }

    frame[0] -= factor * frame[0];
}
