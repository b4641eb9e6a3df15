/* y = factor ln(max(x + offset, least)) + shift; the largest y, or what was larger. */
static float logarithm(
    const float *x, float *y, int length, float offset, float least, float factor, float shift, float largest)
{
    for (int i = 0; i < length; i++) {
        const float value = x[i] + offset > least ? x[i] + offset : least;
        y[i] = factor * logf(value) + shift;
        largest = y[i] > largest ? y[i] : largest;
    }

    return largest;
}
