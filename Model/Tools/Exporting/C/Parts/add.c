/* y = a + b, at least 0 with a ReLU. */
static void add(const float *a, const float *b, float *y, int length, int relu)
{
    const float least = relu ? 0.0f : -INFINITY;
    for (int i = 0; i < length; i++) {
        const float sum = a[i] + b[i];
        y[i] = sum > least ? sum : least;
    }
}
