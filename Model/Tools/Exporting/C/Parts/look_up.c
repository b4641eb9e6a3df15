/* y = a function of x, from a table of all 256 numbers: x as a byte. */
static void look_up_$x_$y(const $X *x, const $Y *restrict table, $Y *y, int length)
{
    for (int i = 0; i < length; i++) {
        y[i] = table[(uint8_t)x[i]];
    }
}
