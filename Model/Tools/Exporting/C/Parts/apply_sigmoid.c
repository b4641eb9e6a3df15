/* y = 1 / (1 + e^-x). */
static void apply_sigmoid(const float *x, float *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = 1.0f / (1.0f + expf(-x[i]));
    }
}
