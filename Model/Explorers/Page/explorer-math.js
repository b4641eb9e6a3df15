"use strict";
// Reads the numbers of the page and computes with them, in float64. Nothing here touches the page itself, so that a
// test can run it alone. A place is an array of true coordinates: [filter, time] of one clip's output, [k, c, r] of a
// weight.
const ExplorerMath = (() => {
    // NumberPack.cs tells the form.
    async function unpack(base64, rows) {
        const packed = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
        const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
        const planes = new Uint8Array(await new Response(stream).arrayBuffer());
        const count = planes.length / 4,
            width = count / rows;
        const bits = new Uint32Array(count);
        for (let i = 0; i < count; i++) {
            bits[i] =
                planes[i] |
                (planes[count + i] << 8) |
                (planes[2 * count + i] << 16) |
                (planes[3 * count + i] << 24);
            if (i >= width) bits[i] ^= bits[i - width];
        }
        return Array.from({ length: rows }, (_, row) => new Float32Array(bits.buffer, row * width * 4, width));
    }

    const product = numbers => numbers.reduce((a, b) => a * b, 1);
    const expand = pairs => {
        const all = [];
        for (let i = 0; i < pairs.length; i += 2) for (let j = 0; j < pairs[i + 1]; j++) all.push(pairs[i] + j);
        return all;
    };

    class Book {
        constructor(network, parameters, signals, input) {
            Object.assign(this, {
                network,
                parameters,
                signals,
                input,
                tensors: new Map(),
                layers: network.layers,
            });
            this.batch = network.clips.length;
            this.steps = network.steps.length;
            this.add(network.parameters, "parameters");
            this.add(network.signals, "signals");
            const clips = [0, this.batch],
                kept = network.input.kept;
            const axes = [clips, pairsOf(kept)];
            if (network.input.shape.length > 1) axes.push([0, network.input.shape[1]]);
            this.add([{ name: "input", axes }], "input");
            this.users = new Map();
            this.layers.forEach((layer, i) =>
                layer.inputs.forEach((from, n) => {
                    if (!this.users.has(from)) this.users.set(from, []);
                    this.users.get(from).push([i, n]);
                }),
            );
        }

        static async of(network, parameters, signals, input) {
            const steps = network.steps.length;
            return new Book(
                network,
                await unpack(parameters, 2 * steps),
                await unpack(signals, steps),
                await unpack(input, 1),
            );
        }

        add(list, kind) {
            let offset = 0;
            for (const { name, axes } of list) {
                const places = axes.map(expand);
                const strides = places.map((_, a) => product(places.slice(a + 1).map(one => one.length)));
                const inverse = places.map(one => new Map(one.map((place, i) => [place, i])));
                this.tensors.set(name, { kind, offset, places, strides, inverse });
                offset += product(places.map(one => one.length));
            }
        }

        // A kept number; undefined where it was not kept, or was not computed.
        value(name, step, place, after = false) {
            const tensor = this.tensors.get(name);
            if (!tensor) return undefined;
            let i = tensor.offset;
            for (let a = 0; a < place.length; a++) {
                const at = tensor.inverse[a].get(place[a]);
                if (at === undefined) return undefined;
                i += at * tensor.strides[a];
            }
            const row =
                tensor.kind === "parameters"
                    ? this.parameters[2 * step + (after ? 1 : 0)]
                    : tensor.kind === "signals"
                      ? this.signals[step]
                      : this.input[0];
            return row[i];
        }

        shapeOf(i) {
            return i < 0 ? this.network.input.shape : this.layers[i].shape;
        }
        keptOf(i) {
            return i < 0 ? this.network.input.kept : this.layers[i].kept;
        }
        nameOf(i) {
            return i < 0 ? "input" : this.layers[i].name;
        }
        timesOf(i) {
            return this.shapeOf(i).length > 1 ? this.shapeOf(i)[1] : 1;
        }

        // Layers that compute nothing are other views of their input.
        resolve(i, place) {
            while (i >= 0 && this.layers[i].view) {
                const from = this.layers[i].inputs[0],
                    shape = this.shapeOf(from);
                if (shape.length === 2 && place.length === 1) {
                    place = [Math.floor(place[0] / shape[1]), place[0] % shape[1]];
                }
                i = from;
            }
            return [i, place];
        }

        output(i, step, b, place) {
            const [own, at] = this.resolve(i, place);
            return own < 0
                ? this.value("input", 0, [b, ...at])
                : this.value("output of " + this.layers[own].name, step, [b, ...at]);
        }

        gradient(i, step, b, place) {
            const [own, at] = this.resolve(i, place);
            return own < 0 ? undefined : this.value("gradient of " + this.layers[own].name, step, [b, ...at]);
        }

        parameter(i, name, step, place, after = false) {
            return this.value(this.layers[i].name + "." + name, step, place, after);
        }

        parameterGradient(i, name, step, place) {
            return this.value("gradient of " + this.layers[i].name + "." + name, step, place);
        }

        // All places of one clip's output that are kept.
        *placesOf(i) {
            const times = this.timesOf(i),
                flat = this.shapeOf(i).length === 1;
            for (const c of this.keptOf(i)) {
                if (flat) yield [c];
                else for (let t = 0; t < times; t++) yield [c, t];
            }
        }

        conv(i) {
            const layer = this.layers[i],
                s = layer.settings,
                [channels, length] = this.shapeOf(layer.inputs[0]);
            const groups = s.groups ?? 1,
                perGroup = channels / groups,
                filters = layer.shape[0];
            return {
                channels,
                length,
                filters,
                taps: s.taps,
                outputs: layer.shape[1],
                perGroup,
                groups,
                channelOf: (k, c) => Math.floor(k / (filters / groups)) * perGroup + c,
                timeOf: (l, r) => l * (s.stride ?? 1) - layer.before + r * (s.dilation ?? 1),
                stride: s.stride ?? 1,
                dilation: s.dilation ?? 1,
                before: layer.before,
            };
        }

        // Mean and variance of a channel over clips and time, as batch normalisation takes them.
        statistics(i, step, c) {
            const from = this.layers[i].inputs[0],
                times = this.timesOf(from);
            const flat = this.shapeOf(from).length === 1,
                x = [];
            for (let b = 0; b < this.batch; b++) {
                for (let t = 0; t < times; t++) x.push(this.output(from, step, b, flat ? [c] : [c, t]));
            }
            const mean = x.reduce((a, v) => a + v, 0) / x.length;
            const variance = x.reduce((a, v) => a + (v - mean) ** 2, 0) / x.length;
            const root = Math.sqrt(variance + Math.fround(this.layers[i].settings.epsilon ?? 1e-5));
            return { mean, variance, root, count: x.length };
        }

        // The window of a pooling over the whole input or over a part of it.
        window(i, j) {
            const layer = this.layers[i],
                length = this.timesOf(layer.inputs[0]),
                s = layer.settings;
            if (layer.type.startsWith("global")) return [0, length, length];
            const start = j * s.stride - layer.before;
            const counted =
                s.count_include_pad === false
                    ? Math.min(start + s.window, length) - Math.max(start, 0)
                    : Math.min(start + s.window, length + layer.before) - start;
            return [Math.max(start, 0), Math.min(start + s.window, length), counted];
        }

        // The windows of a pooling that a time step is in.
        windowsOf(i, t) {
            const layer = this.layers[i],
                s = layer.settings,
                found = [];
            const first = Math.max(0, Math.ceil((t + layer.before - s.window + 1) / s.stride));
            for (let j = first; j < layer.shape[1] && j * s.stride - layer.before <= t; j++) found.push(j);
            return found;
        }

        // The time step that wins a window: the first of the largest.
        winner(i, step, b, c, j) {
            const from = this.layers[i].inputs[0],
                [start, end] = this.window(i, j);
            let best = start;
            for (let t = start; t < end; t++) {
                if (this.output(from, step, b, [c, t]) > this.output(from, step, b, [c, best])) best = t;
            }
            return best;
        }

        // Terms of a parameter's gradient: of each output it takes part in, its gradient times what the parameter
        // meets.
        // Null where this page has no formula for the layer.
        parameterTerms(i, name, place, step) {
            const layer = this.layers[i],
                from = layer.inputs[0],
                terms = [];
            const push = (b, out, source, factor) => {
                const upstream = this.gradient(i, step, b, out);
                terms.push({ b, out, source, upstream, factor, product: upstream * factor });
            };
            for (let b = 0; b < this.batch; b++) {
                if (layer.type === "conv1d") {
                    const conv = this.conv(i),
                        [k, c, r] = place;
                    for (let l = 0; l < conv.outputs; l++) {
                        if (name === "bias") {
                            push(b, [k, l], null, 1);
                            continue;
                        }
                        const t = conv.timeOf(l, r),
                            channel = conv.channelOf(k, c);
                        const inside = t >= 0 && t < conv.length;
                        push(
                            b,
                            [k, l],
                            inside ? [channel, t] : null,
                            inside ? this.output(from, step, b, [channel, t]) : 0,
                        );
                    }
                } else if (layer.type === "dense") {
                    const [o, n] = place;
                    push(
                        b,
                        [o],
                        name === "bias" ? null : [n],
                        name === "bias" ? 1 : this.output(from, step, b, [n]),
                    );
                } else if (layer.type === "batch_norm1d") {
                    const [c] = place,
                        flat = layer.shape.length === 1;
                    const { mean, root } = this.statistics(i, step, c);
                    for (let t = 0; t < this.timesOf(i); t++) {
                        const at = flat ? [c] : [c, t];
                        push(
                            b,
                            at,
                            name === "bias" ? null : at,
                            name === "bias" ? 1 : (this.output(from, step, b, at) - mean) / root,
                        );
                    }
                } else return null;
            }
            return terms;
        }

        // Terms of the gradient of a layer's output: of each output after it, its gradient times its slope by this
        // number. complete is false where a layer after it has channels that were not kept. Null where a layer has no
        // formula here.
        outputTerms(i, b, place, step) {
            const result = { terms: [], complete: true };
            for (const [j, n] of this.users.get(i) ?? []) {
                const layer = this.layers[j];
                if (layer.view) {
                    const shape = this.shapeOf(i);
                    const own =
                        layer.shape.length === 1 && shape.length === 2 ? [place[0] * shape[1] + place[1]] : place;
                    const after = this.outputTerms(j, b, own, step);
                    if (!after) return null;
                    result.terms.push(...after.terms);
                    result.complete &&= after.complete;
                } else if (!this.slopes(j, n, b, place, step, result)) return null;
            }
            return result;
        }

        slopes(j, n, b, place, step, result) {
            const layer = this.layers[j],
                from = layer.inputs[0];
            const push = (out, factor, what, clip = b) => {
                const upstream = this.gradient(j, step, clip, out);
                if (upstream === undefined || factor === undefined) {
                    result.complete = false;
                    return;
                }
                result.terms.push({ b: clip, layer: j, out, upstream, factor, what, product: upstream * factor });
            };
            const [c, t] = place;
            switch (layer.type) {
                case "conv1d": {
                    const conv = this.conv(j);
                    result.complete &&= layer.kept.length === conv.filters;
                    for (const k of layer.kept) {
                        const own = c - conv.channelOf(k, 0);
                        if (own < 0 || own >= conv.perGroup) continue;
                        for (let r = 0; r < conv.taps; r++) {
                            const l = (t + conv.before - r * conv.dilation) / conv.stride;
                            if (Number.isInteger(l) && l >= 0 && l < conv.outputs) {
                                push(
                                    [k, l],
                                    this.parameter(j, "weight", step, [k, own, r]),
                                    `weight[${k},${own},${r}]`,
                                );
                            }
                        }
                    }
                    return true;
                }
                case "dense":
                    result.complete &&= layer.kept.length === layer.shape[0];
                    for (const o of layer.kept) {
                        push([o], this.parameter(j, "weight", step, [o, c]), `weight[${o},${c}]`);
                    }
                    return true;
                case "relu":
                    push(place, this.output(from, step, b, place) > 0 ? 1 : 0, "1 where x > 0, else 0");
                    return true;
                case "dropout":
                    push(place, this.value("mask of " + layer.name, step, [b, ...place]), "mask");
                    return true;
                case "max_pool1d":
                case "average_pool1d":
                    for (const o of this.windowsOf(j, t)) {
                        const counted = this.window(j, o)[2];
                        if (layer.type === "average_pool1d") push([c, o], 1 / counted, "1 / window");
                        else push([c, o], this.winner(j, step, b, c, o) === t ? 1 : 0, "1 for the winner, else 0");
                    }
                    return true;
                case "global_average_pool":
                    push([c], 1 / this.timesOf(from), "1 / time steps");
                    return true;
                case "global_max_pool":
                    push([c], this.winner(j, step, b, c, 0) === t ? 1 : 0, "1 for the winner, else 0");
                    return true;
                case "global_mean_max_pool":
                    push([c], 1 / this.timesOf(from), "1 / time steps");
                    push(
                        [this.shapeOf(from)[0] + c],
                        this.winner(j, step, b, c, 0) === t ? 1 : 0,
                        "1 for the winner, else 0",
                    );
                    return true;
                case "batch_norm1d": {
                    // y_j by x_i is weight / root ([i = j] - 1 / n - x^_i x^_j / n): every output of the channel moves.
                    const { mean, root, count } = this.statistics(j, step, c);
                    const flat = layer.shape.length === 1,
                        weight = this.parameter(j, "weight", step, [c]);
                    const hat = (clip, at) => (this.output(from, step, clip, at) - mean) / root;
                    const own = hat(b, place);
                    for (let clip = 0; clip < this.batch; clip++) {
                        for (let time = 0; time < this.timesOf(j); time++) {
                            const out = flat ? [c] : [c, time],
                                same = clip === b && (flat || time === t) ? 1 : 0;
                            push(
                                out,
                                (weight / root) * (same - 1 / count - (own * hat(clip, out)) / count),
                                same ? "weight / root (1 - 1/n - x^2/n)" : "weight / root (0 - 1/n - x x'/n)",
                                clip,
                            );
                        }
                    }
                    return true;
                }
                case "add":
                    push(place, 1, "1");
                    return true;
                case "concat": {
                    const before = layer.inputs.slice(0, n).reduce((sum, one) => sum + this.shapeOf(one)[0], 0);
                    push([c + before, ...place.slice(1)], 1, "1");
                    return true;
                }
                case "scale":
                    if (n === 0) push(place, this.output(layer.inputs[1], step, b, [c]), "gate");
                    else {
                        for (let time = 0; time < layer.shape[1]; time++) {
                            push([c, time], this.output(from, step, b, [c, time]), "x");
                        }
                    }
                    return true;
                default:
                    return false;
            }
        }

        // How an output is computed: what goes in, each with its factor and product; null where the page has no
        // formula.
        inputsOf(i, b, place, step) {
            const layer = this.layers[i],
                from = layer.inputs[0],
                terms = [],
                [c, t] = place;
            const x = at => this.output(from, step, b, at);
            const push = (source, value, factor, what) =>
                terms.push({ source, value, factor, what, product: value * factor });
            let complete = true,
                constant = 0,
                note = "";
            switch (layer.type) {
                case "conv1d": {
                    const conv = this.conv(i);
                    for (let own = 0; own < conv.perGroup; own++) {
                        const channel = conv.channelOf(c, own);
                        for (let r = 0; r < conv.taps; r++) {
                            const at = conv.timeOf(t, r),
                                weight = this.parameter(i, "weight", step, [c, own, r]);
                            if (at < 0 || at >= conv.length) continue;
                            const value = x([channel, at]);
                            if (value === undefined || weight === undefined) {
                                complete = false;
                                continue;
                            }
                            push([channel, at], value, weight, `weight[${c},${own},${r}]`);
                        }
                    }
                    constant = this.parameter(i, "bias", step, [c]) ?? 0;
                    note = "sum of input × weight, plus bias";
                    break;
                }
                case "dense":
                    for (let n = 0; n < this.shapeOf(from)[0]; n++) {
                        const value = x([n]),
                            weight = this.parameter(i, "weight", step, [c, n]);
                        if (value === undefined || weight === undefined) {
                            complete = false;
                            continue;
                        }
                        push([n], value, weight, `weight[${c},${n}]`);
                    }
                    constant = this.parameter(i, "bias", step, [c]) ?? 0;
                    note = "sum of input × weight, plus bias";
                    break;
                case "relu":
                    push(
                        place,
                        x(place),
                        x(place) > 0 ? 1 : 0,
                        x(place) > 0 ? "x > 0: passed on" : "x <= 0: becomes 0",
                    );
                    note = "max(x, 0)";
                    break;
                case "dropout": {
                    const mask = this.value("mask of " + layer.name, step, [b, ...place]);
                    push(place, x(place), mask, mask ? "kept: × 1 / (1 - rate)" : "dropped: × 0");
                    note = "input × mask";
                    break;
                }
                case "max_pool1d":
                case "global_max_pool": {
                    const j = t ?? 0,
                        [start, end] = this.window(i, j),
                        best = this.winner(i, step, b, c, j);
                    for (let at = start; at < end; at++)
                        push([c, at], x([c, at]), at === best ? 1 : 0, at === best ? "winner" : "");
                    note = "the largest of the window";
                    break;
                }
                case "average_pool1d":
                case "global_average_pool": {
                    const [start, end, counted] = this.window(i, t ?? 0);
                    for (let at = start; at < end; at++) push([c, at], x([c, at]), 1 / counted, "1 / window");
                    note = "the mean of the window";
                    break;
                }
                case "global_mean_max_pool": {
                    const channels = this.shapeOf(from)[0],
                        own = c % channels,
                        length = this.timesOf(from);
                    const best = this.winner(i, step, b, own, 0);
                    for (let at = 0; at < length; at++) {
                        push(
                            [own, at],
                            x([own, at]),
                            c < channels ? 1 / length : at === best ? 1 : 0,
                            c < channels ? "1 / time steps" : at === best ? "winner" : "",
                        );
                    }
                    note = c < channels ? "the mean over all time" : "the maximum over all time";
                    break;
                }
                case "batch_norm1d": {
                    const { mean, root } = this.statistics(i, step, c);
                    const weight = this.parameter(i, "weight", step, [c]);
                    push(place, x(place) - mean, weight / root, "weight / root(variance + epsilon)");
                    constant = this.parameter(i, "bias", step, [c]);
                    note = "(x - mean) × weight / root(variance + epsilon), plus bias";
                    break;
                }
                case "add":
                    layer.inputs.forEach(one => push(place, this.output(one, step, b, place), 1, this.nameOf(one)));
                    note = "the sum of the inputs";
                    break;
                default:
                    return null;
            }
            return { terms, complete, constant, note };
        }

        // Probabilities, loss and gradient of each clip, from the logits.
        loss(step) {
            const network = this.network,
                last = this.layers.length - 1,
                classes = network.classes.length;
            const weights = network.class_weights ?? new Array(classes).fill(1);
            const smoothing = Math.fround(network.label_smoothing);
            const total = network.clips.reduce((sum, clip) => sum + weights[clip.target], 0);
            return network.clips.map((clip, b) => {
                const logits = network.classes.map((_, c) => this.output(last, step, b, [c]));
                const largest = Math.max(...logits);
                const exponentials = logits.map(x => Math.exp(x - largest));
                const sum = exponentials.reduce((a, x) => a + x, 0);
                const probabilities = exponentials.map(x => x / sum);
                const shares = probabilities.map(
                    (_, c) => ((c === clip.target ? 1 - smoothing : 0) + smoothing / classes) * weights[c],
                );
                const share = shares.reduce((a, x) => a + x, 0);
                const own = shares.reduce(
                    (a, x, c) => a + (x > 0 ? x * (Math.log(sum) + largest - logits[c]) : 0),
                    0,
                );
                return {
                    logits,
                    probabilities,
                    target: clip.target,
                    loss: own,
                    part: own / total,
                    total,
                    shares,
                    gradient: probabilities.map((p, c) => (share * p - shares[c]) / total),
                };
            });
        }

        // A step of the optimiser for one parameter, line by line; empty where the page does not know it.
        update(i, name, place, step) {
            const o = this.network.optimizer,
                f = Math.fround,
                full = this.layers[i].name + "." + name;
            const state = buffer => this.value(`optimizer.${buffer} of ${full}`, step, place);
            const number = this.network.steps[step].number,
                rate = f(this.network.learning_rate);
            let p = this.parameter(i, name, step, place);
            const gradient = this.parameterGradient(i, name, step, place),
                lines = [];
            const line = (key, formula, value) => {
                lines.push({ name: key, formula, value });
                return value;
            };
            const decay = f(o.weight_decay ?? 0);
            const penalised = () =>
                decay === 0 || o.type === "adamw"
                    ? line("g", "gradient", gradient)
                    : line("g", `gradient + ${o.weight_decay} p`, gradient + decay * p);
            if (o.type === "adam" || o.type === "adamw") {
                const b1 = f(o.beta1),
                    b2 = f(o.beta2),
                    g = penalised();
                const m = line("m", `${o.beta1} m + (1 - ${o.beta1}) g`, b1 * state("exp_avg") + (1 - b1) * g);
                const v = line(
                    "v",
                    `${o.beta2} v + (1 - ${o.beta2}) g^2`,
                    b2 * state("exp_avg_sq") + (1 - b2) * g * g,
                );
                const m1 = line("m'", `m / (1 - ${o.beta1}^${number})`, m / (1 - b1 ** number));
                const v1 = line("v'", `v / (1 - ${o.beta2}^${number})`, v / (1 - b2 ** number));
                if (o.type === "adamw" && decay > 0) {
                    p = line("p", `p (1 - ${short(rate)} × ${o.weight_decay})`, p * (1 - rate * decay));
                }
                line(
                    "new p",
                    `p - ${short(rate)} m' / (sqrt(v') + ${o.epsilon})`,
                    p - (rate * m1) / (Math.sqrt(v1) + f(o.epsilon)),
                );
            } else if (o.type === "sgd") {
                const g = penalised(),
                    momentum = f(o.momentum);
                let d = g;
                if (momentum !== 0) {
                    const b =
                        number === 1
                            ? line("b", "g, at the first step", g)
                            : line(
                                  "b",
                                  `${o.momentum} b + (1 - ${o.dampening}) g`,
                                  momentum * state("momentum_buffer") + (1 - f(o.dampening)) * g,
                              );
                    d = o.nesterov ? line("d", `g + ${o.momentum} b`, g + momentum * b) : b;
                }
                line("new p", `p - ${short(rate)} ${momentum === 0 ? "g" : o.nesterov ? "d" : "b"}`, p - rate * d);
            } else if (o.type === "rmsprop") {
                const g = penalised(),
                    alpha = f(o.alpha);
                const v = line(
                    "v",
                    `${o.alpha} v + (1 - ${o.alpha}) g^2`,
                    alpha * state("square_avg") + (1 - alpha) * g * g,
                );
                let root = v;
                if (o.centered) {
                    const m = line(
                        "m",
                        `${o.alpha} m + (1 - ${o.alpha}) g`,
                        alpha * state("grad_avg") + (1 - alpha) * g,
                    );
                    root = v - m * m;
                }
                let d = line(
                    "d",
                    `g / (sqrt(${o.centered ? "v - m^2" : "v"}) + ${o.epsilon})`,
                    g / (Math.sqrt(root) + f(o.epsilon)),
                );
                if (f(o.momentum) !== 0) {
                    d = line("b", `${o.momentum} b + d`, f(o.momentum) * state("momentum_buffer") + d);
                }
                line("new p", `p - ${short(rate)} ${f(o.momentum) !== 0 ? "b" : "d"}`, p - rate * d);
            }
            return lines;
        }
    }

    // The shortest decimal that is this float32.
    function short(value) {
        for (let digits = 1; digits < 10; digits++) {
            const text = Number(value.toPrecision(digits));
            if (Math.fround(text) === Math.fround(value)) return String(text);
        }
        return String(value);
    }

    function pairsOf(places) {
        const pairs = [];
        for (const place of places) {
            if (pairs.length && pairs.at(-2) + pairs.at(-1) === place) pairs[pairs.length - 1]++;
            else pairs.push(place, 1);
        }
        return pairs;
    }

    const sum = terms => terms.reduce((total, term) => total + term.product, 0);
    return { Book, unpack, sum, short };
})();
if (typeof module !== "undefined") module.exports = ExplorerMath;
