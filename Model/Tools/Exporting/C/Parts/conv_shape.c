/* A convolution over time: [time][channels] -> [length][filters]. Output l begins at l stride - before. */
typedef struct {
    int time, channels, length, filters, taps, stride, before, dilation, groups, relu;
} conv_shape;

/* The first tap that lies inside of x, for a window that begins at start. */
static int first_tap(int start, int dilation)
{
    return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

/* The tap behind the last one that lies inside of x. */
static int end_of_taps(int start, conv_shape s)
{
    const int inside = start < s.time ? (s.time - 1 - start) / s.dilation + 1 : 0;
    return inside < s.taps ? inside : s.taps;
}
