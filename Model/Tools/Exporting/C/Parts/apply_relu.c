/* y = max(x, 0). */
static void apply_relu(const float *x, float *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = x[i] > 0.0f ? x[i] : 0.0f;
    }
}
