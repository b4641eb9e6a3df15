/* y[i] = e^x[i] / sum over j of e^x[j], or its logarithm; the largest x is taken from all first. */
static void softmax(const float *x, float *y, int length, int logarithm)
{
    float largest = x[0];
    float sum = 0.0f;
    for (int i = 1; i < length; i++) {
        largest = x[i] > largest ? x[i] : largest;
    }

    for (int i = 0; i < length; i++) {
        const float below = x[i] - largest;
        y[i] = logarithm ? below : expf(below);
        sum += expf(below);
    }

    const float share = 1.0f / sum;
    const float shift = logf(sum);
    for (int i = 0; i < length; i++) {
        y[i] = logarithm ? y[i] - shift : y[i] * share;
    }
}
