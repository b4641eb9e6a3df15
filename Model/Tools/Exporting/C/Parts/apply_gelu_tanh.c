/* y = 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
static void apply_gelu_tanh(const float *x, float *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = 0.5f * x[i] * (1.0f + tanhf(0.79788456f * (x[i] + 0.044715f * x[i] * x[i] * x[i])));
    }
}
