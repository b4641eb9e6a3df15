/* y = a_factor a + b_factor b, at least 0 with a ReLU, rounded. */
static void add_$a_$b_$y(
    const $A *a, float a_factor, const $B *b, float b_factor, $Y *y, int length, int relu)
{
    const float least = relu ? 0.0f : -INFINITY;
    for (int i = 0; i < length; i++) {
        const float sum = (float)a[i] * a_factor + (float)b[i] * b_factor;
        y[i] = to_$y(sum > least ? sum : least);
    }
}
