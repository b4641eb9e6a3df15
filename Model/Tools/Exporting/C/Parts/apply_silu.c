/* y = x / (1 + e^-x). */
static void apply_silu(const float *x, float *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = x[i] / (1.0f + expf(-x[i]));
    }
}
