// Inputs, outputs and their gradients as grids, with what is seen in them: winners, zeros, what meets the choice.
function signalFigure(i, title, gradients) {
    const shape = book.shapeOf(i),
        kept = book.keptOf(i),
        flat = shape.length === 1;
    const rows = flat ? network.clips.map((_, b) => b) : kept,
        columns = flat ? kept : [...Array(shape[1]).keys()];
    const place = (r, c) => (flat ? [columns[c]] : [kept[r], c]);
    const clip = r => (flat ? r : at.clip);
    const read = (r, c) =>
        gradients()
            ? book.gradient(i, at.step, clip(r), place(r, c))
            : book.output(i, at.step, clip(r), place(r, c));
    const describe = (r, c) =>
        `${gradients() ? "gradient of " : ""}${outName(i, place(r, c))}, ` +
        `${network.clips[clip(r)].name}: ${num(read(r, c))}`;
    const largest = () => {
        let most = 0;
        for (let b = 0; b < book.batch; b++) {
            for (const p of book.placesOf(i)) {
                const v = gradients() ? book.gradient(i, at.step, b, p) : book.output(i, at.step, b, p);
                if (!missing(v)) most = Math.max(most, Math.abs(v));
            }
        }
        return most;
    };
    const cursorOf = () =>
        at.pick?.kind === "output" && at.pick.layer === i
            ? flat
                ? [at.clip, columns.indexOf(at.pick.place[0])]
                : [kept.indexOf(at.pick.place[0]), at.pick.place[1]]
            : null;
    const caption = el("figcaption");
    const made = grid({
        label: title,
        rows,
        columns,
        value: read,
        describe,
        largest,
        cursor: cursorOf,
        most: flat ? 22 : 20,
        least: flat ? 16 : 10,
        pick: (r, c) => {
            at.clip = clip(r);
            choose({ kind: "output", layer: i, place: place(r, c) });
        },
        marks: (r, c) => marksOf(i, clip(r), place(r, c)),
        frames: () => framesOf(i, flat, kept, columns),
    });
    const part = kept.length < shape[0] ? `, ${kept.length} of ${shape[0]} kept` : "";
    const update = () => {
        caption.replaceChildren(
            `${gradients() ? "gradient of " : ""}${title}: ` +
                (flat
                    ? `rows: clips; columns: ${unitOf(i)}s${part}. `
                    : `rows: channels${part}; columns: time, ${shape[1]} steps. `),
            scale(largest()),
        );
        made.draw();
    };
    return { figure: el("figure", null, caption, made.box), update };
}

// Winners of pooling, zeros of ReLU, what dropout dropped: seen in the layer that is open.
function marksOf(i, b, place) {
    const layer = layers[at.layer];
    if (i === at.layer) {
        if (layer.type === "relu" && book.output(i, at.step, b, place) === 0) return "off";
        if (layer.type === "dropout" && book.value("mask of " + layer.name, at.step, [b, ...place]) === 0)
            return "off";
        return null;
    }
    if (i !== layer.inputs[0]) return null;
    if (layer.type === "max_pool1d") {
        for (const j of book.windowsOf(at.layer, place[1])) {
            if (book.winner(at.layer, at.step, b, place[0], j) === place[1]) return "win";
        }
    }
    if (layer.type === "global_max_pool" || layer.type === "global_mean_max_pool") {
        if (book.winner(at.layer, at.step, b, place[0], 0) === place[1]) return "win";
    }
    return null;
}

// Which numbers of a signal meet what is chosen.
function framesOf(i, flat, kept, columns) {
    const pick = at.pick,
        frames = [];
    if (!pick) return frames;
    const put = (b, place, spot, w = 1) => {
        const r = flat ? b : kept.indexOf(place[0]),
            c = flat ? columns.indexOf(place[0]) : place[1];
        if (r >= 0 && c >= 0 && (flat || b === at.clip)) frames.push({ r, c, h: 1, w, spot });
    };
    if (pick.kind === "output") {
        if (pick.layer === i) put(at.clip, pick.place, true);
        else if (i === layers[at.layer].inputs[0] && pick.layer === at.layer) {
            const made = book.inputsOf(at.layer, at.clip, pick.place, at.step);
            const spread = made?.terms.filter(term => term.source) ?? [];
            if (spread.length <= 400) spread.forEach(term => put(at.clip, term.source, false));
        } else if (i === at.layer && layers[at.layer].inputs.includes(pick.layer)) {
            const terms = book.outputTerms(pick.layer, at.clip, pick.place, at.step)?.terms ?? [];
            terms
                .filter(term => term.layer === i && term.b === at.clip)
                .slice(0, 400)
                .forEach(term => put(at.clip, term.out, false));
        }
        return frames;
    }
    const layer = layers[pick.layer],
        place = pick.place;
    if (layer.type === "conv1d") {
        const conv = book.conv(pick.layer);
        if (i === pick.layer) {
            put(at.clip, [place[0], 0], false, conv.outputs);
            put(at.clip, [place[0], at.use], true);
        } else if (i === layer.inputs[0] && pick.name === "weight") {
            const channel = conv.channelOf(place[0], place[1]);
            const first = Math.max(0, conv.timeOf(0, place[2]));
            const end = Math.min(conv.length - 1, conv.timeOf(conv.outputs - 1, place[2]));
            put(at.clip, [channel, first], false, end - first + 1);
            const t = conv.timeOf(at.use, place[2]);
            if (t >= 0 && t < conv.length) put(at.clip, [channel, t], true);
        }
    } else if (layer.type === "dense") {
        for (let b = 0; b < book.batch; b++) {
            if (i === pick.layer) put(b, [place[0]], b === at.clip);
            else if (i === layer.inputs[0] && pick.name === "weight") {
                const shown = flat ? [place[1]] : book.resolve(i, [place[1]])[1];
                put(b, shown, b === at.clip);
            }
        }
    } else if (layer.type === "batch_norm1d" && (i === pick.layer || i === layer.inputs[0])) {
        if (flat) network.clips.forEach((_, b) => put(b, place, b === at.clip));
        else {
            put(at.clip, [place[0], 0], false, book.timesOf(i));
            put(at.clip, [place[0], at.use], true);
        }
    }
    return frames;
}
