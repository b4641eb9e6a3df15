/* Windows over time: [time][channels] -> [length][channels]. Window l begins at l stride - padding. */
typedef struct {
    int time, channels, length, window, stride, padding, count_padding;
} pool_shape;
