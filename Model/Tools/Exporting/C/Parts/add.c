/* y = a + b. */
static void add(const float *a, const float *b, float *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = a[i] + b[i];
    }
}
