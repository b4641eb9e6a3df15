// A chosen output: what it is made of, and what its gradient is made of.
const noFormula = () =>
    el(
        "p",
        { class: "note" },
        "This page has no formula for this layer. `nativecnn explain --parameter NAME[PLACE]` shows every term.",
    );

const twoLines = (first, second) =>
    first === null ? second : el("span", null, first, second ? el("small", null, second) : null);

function largestTerms(terms, most = 12) {
    const sorted = [...terms].sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
    return [sorted.slice(0, most), sorted.slice(most)];
}

function outputForward(pick) {
    if (pick.layer < 0) {
        return [
            el(
                "p",
                null,
                "A number of the clip itself: nothing before it computes it. Choose the backward view of a layer's " +
                    "output, or a weight, to see where it goes.",
            ),
        ];
    }
    const layer = layers[pick.layer];
    if (layer.view) {
        const [i, place] = book.resolve(pick.layer, pick.place);
        return [el("p", null, `The same number as ${outName(i, place)}.`)];
    }
    const made = book.inputsOf(pick.layer, at.clip, pick.place, at.step);
    if (!made) return [noFormula()];
    const [shown, rest] = largestTerms(made.terms);
    const y = book.output(pick.layer, at.step, at.clip, pick.place);
    const learns = layer.type === "conv1d" || layer.type === "dense" || layer.type === "batch_norm1d";
    const from =
        layer.type === "add" ? () => null : term => outName(...book.resolve(layer.inputs[0], term.source));
    const rows = shown.map(term => [
        twoLines(from(term), term.what),
        num(term.value),
        num(term.factor),
        num(term.product),
    ]);
    if (rest.length) rows.push([`${rest.length} more`, "", "", num(sum(rest))]);
    if (learns) rows.push(["bias", "", "", num(made.constant)]);
    if (made.complete) rows.push(["in float64", "", "", num(sum(made.terms) + made.constant, 8)]);
    else rows.push(["channels not kept", "", "", num(y - sum(made.terms) - made.constant)]);
    rows.push(["the device's", "", "", exact(y)]);
    return [
        el(
            "p",
            null,
            `${made.note}: ${count(made.terms.length, "input")}` +
                (made.terms.length > 12 ? ", the largest parts first." : "."),
        ),
        table(["input", "value", "factor", "product"], rows, [1, 2, 3], 2),
    ];
}

function outputBackward(pick) {
    const [i, place] = [pick.layer, pick.place],
        parts = [];
    if (i === last) {
        const loss = book.loss(at.step)[at.clip],
            c = place[0];
        const same = network.label_smoothing || network.class_weights;
        parts.push(
            el(
                "p",
                null,
                "Softmax and cross-entropy give the gradient of a logit at once: (probability - share of the true " +
                    "class) / clips.",
            ),
            el(
                "p",
                { class: "big" },
                `(${num(loss.probabilities[c])} \u2212 ${num(loss.shares[c], 3)}) / ${num(loss.total)} = ` +
                    `${num(loss.gradient[c], 7)}`,
            ),
            el("p", null, `the device's: ${exact(book.gradient(i, at.step, at.clip, place))}`),
        );
        if (same)
            parts.push(el("p", { class: "quiet" }, "Shares are those of label smoothing and class weights."));
        parts.push(
            el("h3", null, `All classes, ${clipName(at.clip)}`),
            table(
                ["class", "logit", "probability", "share", "gradient"],
                network.classes.map((name, k) => [
                    name,
                    num(loss.logits[k]),
                    num(loss.probabilities[k]),
                    num(loss.shares[k], 3),
                    num(loss.gradient[k]),
                ]),
                [1, 2, 3, 4],
            ),
        );
        return parts;
    }
    const found = book.outputTerms(i, at.clip, place, at.step);
    if (!found)
        return [
            el(
                "p",
                { class: "note" },
                "A layer after it has no formula in this page. `nativecnn explain --parameter` shows the terms.",
            ),
        ];
    const device = book.gradient(i, at.step, at.clip, place);
    const [shown, rest] = largestTerms(found.terms);
    const rows = shown.map(term => [
        twoLines(
            outName(term.layer, term.out),
            (term.b === at.clip ? "" : network.clips[term.b].name + "; ") + term.what,
        ),
        num(term.upstream),
        num(term.factor),
        num(term.product),
    ]);
    if (rest.length) rows.push([`${rest.length} more`, "", "", num(sum(rest))]);
    if (found.complete) rows.push(["in float64", "", "", num(sum(found.terms), 8)]);
    else if (!missing(device)) rows.push(["channels not kept", "", "", num(device - sum(found.terms))]);
    if (!missing(device)) rows.push(["the device's", "", "", exact(device)]);
    parts.push(
        el(
            "p",
            null,
            `It goes into ${count(found.terms.length, "output")} of the layers after it` +
                `${found.complete ? "" : " that were kept"}. Its gradient is the sum of each one's gradient × its ` +
                    `slope by this number.`,
        ),
        table(["output", "its gradient", "slope", "product"], rows, [1, 2, 3], missing(device) ? 0 : 2),
    );
    return parts;
}

function details(title, make) {
    const made = el("details", null, el("summary", null, title));
    made.addEventListener("toggle", () => {
        if (made.open && made.children.length === 1) made.append(make());
    });
    return made;
}
