/* rows[to + r] of frame t = sum over j of weight[j] times rows[from + r] of frame t + j - half. */
static void delta(float *rows, int from, int to, const float *restrict weight)
{
    for (int t = 0; t < FRAMES; t++) {
        float *out = rows + t * WIDTH + to;
        memset(out, 0, STATIC_ROWS * sizeof *out);
        for (int j = 0; j < DELTA_WIDTH; j++) {
            const int at = delta_frame(t, j - DELTA_WIDTH / 2);
            if (at >= 0) {
                const float *in = rows + at * WIDTH + from;
                for (int r = 0; r < STATIC_ROWS; r++) {
                    out[r] += weight[j] * in[r];
                }
            }
        }
    }
}
