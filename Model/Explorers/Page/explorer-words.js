// What each layer computes, in words.
const words = {
    conv1d: i => {
        const c = book.conv(i);
        const shift = c.before ? ` - ${c.before}` : "";
        return (
            `y[k, l] = bias[k] + sum over channels c and taps r of weight[k, c, r] x[c, l` +
            `${c.stride > 1 ? " × " + c.stride : ""}${shift} + r${c.dilation > 1 ? " × " + c.dilation : ""}]. ` +
            `Each filter is moved over time: a weight is used at all ${c.outputs} time steps of every clip.`
        );
    },
    dense: i => `y[o] = bias[o] + sum over n of weight[o, n] x[n]. Each weight is used once a clip.`,
    relu: () => "y = max(x, 0). Where x is not above 0, nothing goes forward and no gradient goes back.",
    max_pool1d: i =>
        `The largest of each window of ${layers[i].settings.window} time steps. ` +
        "Only the winner gets the gradient.",
    average_pool1d: i =>
        `The mean of each window of ${layers[i].settings.window} time steps. ` +
        "The gradient is shared equally.",
    global_average_pool: () => "The mean over all time.",
    global_max_pool: () => "The maximum over all time. Only the winner gets the gradient.",
    global_mean_max_pool: i => `The mean over all time of each channel, then the maximum of each.`,
    flatten: () => "Channels over time as one row: nothing is computed, the same numbers have other places.",
    dropout: i =>
        `While training, each number is made 0 with probability ${layers[i].settings.rate}; what stays is ` +
        `multiplied by 1 / (1 - rate) = ${num(1 / (1 - layers[i].settings.rate))}. Each step draws anew. Prediction ` +
        "leaves it out.",
    batch_norm1d: () =>
        "Each channel over all clips and all time: y = weight (x - mean) / root(variance + epsilon) + " +
        "bias. The mean and the variance are of this mini-batch, so that clips act on each other.",
    add: () => "The sum of its inputs. The gradient goes to each of them unchanged.",
    concat: () => "The channels of its inputs, one after the other.",
    scale: () => "All time of a channel times one number.",
};
