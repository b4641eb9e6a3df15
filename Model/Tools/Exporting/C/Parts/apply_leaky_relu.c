/* y = x above 0, slope x else. */
static void apply_leaky_relu(const float *x, float *y, int length, float slope)
{
    for (int i = 0; i < length; i++) {
        y[i] = x[i] > 0.0f ? x[i] : slope * x[i];
    }
}
