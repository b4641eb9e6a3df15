/* y = x above 0, slope (e^x - 1) else. */
static void apply_elu(const float *x, float *y, int length, float slope)
{
    for (int i = 0; i < length; i++) {
        y[i] = x[i] > 0.0f ? x[i] : slope * expm1f(x[i]);
    }
}
