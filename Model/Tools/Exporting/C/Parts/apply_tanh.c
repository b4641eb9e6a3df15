/* y = tanh x. */
static void apply_tanh(const float *x, float *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = tanhf(x[i]);
    }
}
