/* Beyond its ends a row is mirrored, its end samples repeated. */
static int wavelet_source(int at, int length)
{
    const int folded = ((at % (2 * length)) + 2 * length) % (2 * length);
    return folded < length ? folded : 2 * length - 1 - folded;
}
