/* y[o] = bias[o] + sum over i of w[i][o] x[i]. */
static void multiply(
    const float *restrict x, int inputs, const float *restrict w, const float *restrict bias, float *restrict y,
    int outputs, int relu)
{
    memcpy(y, bias, (size_t)outputs * sizeof *y);
    for (int i = 0; i < inputs; i++) {
        const float value = x[i];
        for (int o = 0; o < outputs; o++) {
            y[o] += value * w[i * outputs + o];
        }
    }

    for (int o = 0; relu && o < outputs; o++) {
        y[o] = y[o] > 0.0f ? y[o] : 0.0f;
    }
}
