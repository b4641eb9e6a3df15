/* y = x times the normal distribution at x. */
static void apply_gelu(const float *x, float *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = 0.5f * x[i] * (1.0f + erff(0.70710678f * x[i]));
    }
}
