/* y[o] = (bias[o] + sum over i of w[o][i] x[i]) scale[o], rounded; the sum in integers. */
static void multiply_$x_$y(
    const $X *restrict x, int inputs, const int8_t *restrict w, const int32_t *restrict bias,
    const float *restrict scale, $Y *restrict y, int outputs, int relu)
{
    const float least = relu ? 0.0f : -INFINITY;
    for (int o = 0; o < outputs; o++) {
        const int8_t *restrict weight = w + o * inputs;
        int32_t sum = bias[o];
        for (int i = 0; i < inputs; i++) {
            sum += x[i] * weight[i];
        }

        const float value = (float)sum * scale[o];
        y[o] = to_$y(value > least ? value : least);
    }
}
