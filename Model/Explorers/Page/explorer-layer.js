// The layer that is open.
let updates = [];
function openLayer(i) {
    at.layer = i;
    grids = [];
    const layer = layers[i],
        from = layer.inputs[0];
    $("layer-title").textContent =
        `${layer.name}: ${layer.type}, ${shapeText(book.shapeOf(from))} to ${shapeText(layer.shape)}`;
    $("layer-what").textContent =
        words[layer.type]?.(i) ??
        "This page has no formula for this layer: `nativecnn explain --parameter` shows the terms of its numbers.";
    const gradients = () => at.show === "gradients";
    const parts = [
        ...layer.inputs.map(one =>
            signalFigure(
                one,
                one < 0 ? "input" : `input, output of ${book.nameOf(one)}`,
                () => gradients() && one >= 0,
            ),
        ),
        signalFigure(i, "output", () => gradients() || at.view === "backward"),
        ...layer.parameters
            .filter(one => book.tensors.has(`${layer.name}.${one.name}`))
            .map(one => parameterFigures(i, one)),
    ];
    $("grids").replaceChildren(...parts.map(one => one.figure));
    updates = parts.map(one => one.update);
    at.pick = firstPick(i);
    at.use = firstUse();
    buildPlace();
    Questions.begin(i);
}

// What is chosen when a layer opens: the weight with the largest gradient, else the output with the largest value.
function firstPick(i) {
    const layer = layers[i];
    const learnt = layer.parameters.find(one => one.learnt && book.tensors.has(`${layer.name}.${one.name}`));
    let best = null,
        most = -1;
    if (learnt) {
        const axes = book.tensors.get(`${layer.name}.${learnt.name}`).places;
        const walk = place => {
            if (place.length === axes.length) {
                const size = Math.abs(book.parameterGradient(i, learnt.name, at.step, place) ?? 0);
                if (size > most) {
                    most = size;
                    best = { kind: "parameter", layer: i, name: learnt.name, place };
                }
            } else axes[place.length].forEach(one => walk([...place, one]));
        };
        walk([]);
    } else {
        for (const place of book.placesOf(i)) {
            const size = Math.abs(book.output(i, at.step, at.clip, place) ?? 0);
            if (size > most) {
                most = size;
                best = { kind: "output", layer: i, place };
            }
        }
    }
    return best;
}

// The time step at which a chosen parameter's term is the largest.
function firstUse() {
    if (at.pick?.kind !== "parameter") return 0;
    const terms = book.parameterTerms(at.pick.layer, at.pick.name, at.pick.place, at.step) ?? [];
    const sizes = terms.filter(term => term.b === at.clip).map(term => Math.abs(term.product));
    return Math.max(0, sizes.indexOf(Math.max(...sizes)));
}

function facts() {
    const i = at.layer,
        layer = layers[i],
        parts = [];
    if (layer.type === "relu" || layer.type === "dropout") {
        let off = 0,
            all = 0;
        for (let b = 0; b < book.batch; b++) {
            for (const place of book.placesOf(i)) {
                all++;
                if (marksOf(i, b, place) === "off") off++;
            }
        }
        parts.push(
            el(
                "p",
                null,
                `${off} of ${all} outputs of all clips are ${layer.type === "relu" ? "0 by the ReLU" : "dropped"} ` +
                    `(struck through): their inputs get no gradient in this step.`,
            ),
        );
    }
    if (layer.type.includes("max_pool"))
        parts.push(el("p", null, "Winners are boxed in the input: they alone get the maximum's gradient."));
    if (layer.type === "batch_norm1d") {
        const body = layer.kept.map(c => {
            const { mean, variance } = book.statistics(i, at.step, c);
            return [c, num(mean), num(variance), arrow("running_mean", c), arrow("running_variance", c)];
        });
        parts.push(
            el("h3", null, "Statistics of this mini-batch"),
            table(["channel", "mean", "variance", "running mean", "running variance"], body, [0, 1, 2, 3, 4]),
        );
        function arrow(name, c) {
            return `${num(book.parameter(i, name, at.step, [c]))} \u2192 ` +
                `${num(book.parameter(i, name, at.step, [c], true))}`;
        }
    }
    if (i === last) {
        const loss = book.loss(at.step)[at.clip];
        parts.push(
            el("h3", null, `Softmax and loss of ${clipName(at.clip)}`),
            bars(loss),
            el(
                "p",
                null,
                `loss = \u2212log ${num(loss.probabilities[loss.target])} = ${num(loss.loss)}` +
                    (network.label_smoothing || network.class_weights
                        ? " (with label smoothing or class weights)"
                        : "") +
                    `; the mini-batch's loss is the mean over ${count(book.batch, "clip")}: ` +
                        `${num(network.steps[at.step].loss ?? NaN)}`,
            ),
        );
    }
    $("facts").replaceChildren(...parts);
}

function bars(loss) {
    const box = el("div", { class: "bars" });
    loss.probabilities.forEach((p, c) => {
        const name = network.classes[c],
            own = c === loss.target;
        box.append(own ? el("b", null, name + ", true") : el("span", null, name));
        const bar = el("i");
        bar.style.width = `${100 * p}%`;
        box.append(bar, el("span", null, num(p, 3)));
    });
    return box;
}

function table(heads, rows, numbers = [], sumRows = 0) {
    return el(
        "div",
        { class: "wide" },
        el(
            "table",
            null,
            el(
                "thead",
                null,
                el(
                    "tr",
                    null,
                    ...heads.map((head, i) =>
                        el("th", { scope: "col", class: numbers.includes(i) ? "number" : null }, head),
                    ),
                ),
            ),
            el(
                "tbody",
                null,
                ...rows.map((row, r) =>
                    el(
                        "tr",
                        { class: r >= rows.length - sumRows ? "sum" : null },
                        ...row.map((cell, i) =>
                            el("td", { class: numbers.includes(i) ? "number" : null }, cell),
                        ),
                    ),
                ),
            ),
        ),
    );
}
