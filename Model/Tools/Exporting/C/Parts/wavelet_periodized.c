/* Beyond its ends a row, made even by its last sample, begins again. */
static int wavelet_source(int at, int length)
{
    const int period = length + length % 2;
    const int folded = ((at % period) + period) % period;
    return folded < length ? folded : length - 1;
}
