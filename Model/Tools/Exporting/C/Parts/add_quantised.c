/* y = a_factor a + b_factor b, rounded. */
static void add_$a_$b_$y(const $A *a, float a_factor, const $B *b, float b_factor, $Y *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = to_$y((float)a[i] * a_factor + (float)b[i] * b_factor);
    }
}
