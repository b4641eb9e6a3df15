/* Values below least are raised to it; then zero is taken from all. */
static void limit(float *row, int length, float least, float zero)
{
    for (int i = 0; i < length; i++) {
        row[i] = (row[i] > least ? row[i] : least) - zero;
    }
}
