// A chosen parameter: its uses, the terms of its gradient, its update.
const outPhrase = term => `${network.clips[term.b].name}, ${outName(at.pick.layer, term.out)}`;

function parameterForward(pick, full) {
    const terms = book.parameterTerms(pick.layer, pick.name, pick.place, at.step);
    if (!terms) return [noFormula()];
    const layer = layers[pick.layer],
        perClip = terms.length / book.batch,
        bias = pick.name === "bias";
    const value = book.parameter(pick.layer, pick.name, at.step, pick.place);
    const own = terms.filter(term => term.b === at.clip),
        now = own[Math.min(at.use, own.length - 1)];
    const from = layer.inputs[0],
        norm = layer.type === "batch_norm1d";
    const reach = el(
        "p",
        null,
        `It takes part in ${count(terms.length, "output")}: ` +
            `${count(perClip, "time step")} × ${count(book.batch, "clip")}` +
            (perClip === 1 ? " (a dense layer has no time)." : "."),
    );
    const y = book.output(pick.layer, at.step, at.clip, now.out);
    const one = el(
        "p",
        null,
        bias
            ? `To ${outName(pick.layer, now.out)} = ${num(y)} it adds itself: ${num(value)}.`
            : norm
              ? `To ${outName(pick.layer, now.out)} = ${num(y)} it gives weight × normalised input: ` +
                  `${num(value)} × ${num(now.factor)} = ${num(value * now.factor)}; the bias is added.`
              : now.source
                ? `At ${outName(pick.layer, now.out)} it meets ${outName(...book.resolve(from, now.source))}: ` +
                  `${num(now.factor)} × ${num(value)} = ${num(now.factor * value)}, a part of the output ${num(y)}.`
                : `At ${outName(pick.layer, now.out)} it meets the padding, 0, and gives nothing.`,
    );
    const parts = [reach, one];
    if (perClip > 1) {
        parts.push(
            el("h3", null, `What it gives to each time step (${network.clips[at.clip].name})`),
            strip(
                own.map(term => term.factor * value),
                "its part of the output",
            ),
        );
    }
    parts.push(
        details(`Its ${perClip} ${perClip === 1 ? "use" : "uses"} in this clip as a table`, () =>
            table(
                ["output", bias ? "" : norm ? "normalised input" : "input", bias ? "bias" : "input × weight"],
                own.map(term => [
                    outName(pick.layer, term.out),
                    bias ? "" : num(term.factor),
                    num(term.factor * value),
                ]),
                [1, 2],
            ),
        ),
    );
    return parts;
}

// One row of numbers over time with the present use framed.
function strip(values, label) {
    const largest = largestOf(values);
    const made = grid({
        label,
        rows: [""],
        columns: values,
        value: (_, c) => values[c],
        largest: () => largest,
        most: 20,
        least: 18,
        describe: (_, c) => `${label}, time step ${c}: ${num(values[c])}`,
        pick: (_, c) => {
            at.use = c;
            draw();
            $("uses").focus();
        },
        cursor: () => [0, at.use],
        frames: () => [{ r: 0, c: at.use, h: 1, w: 1, spot: true }],
        room: () => $("content").clientWidth,
    });
    grids.pop();
    queueMicrotask(() => made.draw());
    return el("figure", null, made.box, el("figcaption", null, "time \u2192 ", scale(largest)));
}

function parameterBackward(pick, full) {
    const terms = book.parameterTerms(pick.layer, pick.name, pick.place, at.step);
    const device = book.parameterGradient(pick.layer, pick.name, at.step, pick.place),
        parts = [];
    if (terms) {
        const bias = pick.name === "bias",
            norm = layers[pick.layer].type === "batch_norm1d";
        const factor = bias ? "factor" : norm ? "normalised input" : "input it meets";
        const own = terms.filter(term => term.b === at.clip),
            now = own[Math.min(at.use, own.length - 1)];
        parts.push(
            el(
                "p",
                null,
                "Its gradient is the sum, over all outputs it takes part in, of the output's own gradient (upstream) " +
                    (bias
                        ? "× 1."
                        : norm
                          ? "× the normalised input."
                          : "× the input that the weight meets there."),
            ),
        );
        parts.push(
            el("p", null, `${outPhrase(now)}: ${num(now.upstream)} × ${num(now.factor)} = ${num(now.product)}`),
        );
        if (own.length > 1) {
            parts.push(
                el("h3", null, `Its terms over time (${network.clips[at.clip].name})`),
                strip(
                    own.map(term => term.product),
                    "terms of the gradient",
                ),
            );
        }
        const rows = network.clips.map((clip, b) => {
            const some = terms.filter(term => term.b === b);
            return [clip.name, String(some.length), num(sum(some), 6)];
        });
        const total = sum(terms);
        rows.push(
            ["all clips, in float64", String(terms.length), num(total, 9)],
            [`the device's (${network.device})`, "", exact(device)],
        );
        parts.push(el("h3", null, "Summed clip by clip"), table(["clip", "terms", "sum"], rows, [1, 2], 2));
        parts.push(
            details(`All ${terms.length} terms`, () =>
                table(
                    ["output", "upstream", factor, "product"],
                    terms
                        .slice(0, 2000)
                        .map(term => [
                            outPhrase(term),
                            num(term.upstream),
                            num(term.factor),
                            num(term.product),
                        ]),
                    [1, 2, 3],
                ),
            ),
        );
    } else parts.push(noFormula(), el("p", null, `The device's gradient: ${exact(device)}`));
    const lines = book.update(pick.layer, pick.name, pick.place, at.step);
    const after = book.parameter(pick.layer, pick.name, at.step, pick.place, true);
    const before = book.parameter(pick.layer, pick.name, at.step, pick.place);
    parts.push(el("h3", null, `Update by ${network.optimizer.type}, p = ${exact(before)}`));
    if (lines.length) {
        const rows = lines.map(line => [line.name, line.formula, num(line.value, 7)]);
        rows.push(["", "the device's new value", exact(after)]);
        const made = table(["", "formula", "value"], rows, [2], 1);
        made.querySelectorAll("td:nth-child(2)").forEach(cell => cell.classList.add("formula"));
        parts.push(made, el("p", { class: "quiet" }, rememberedOf(pick)));
    } else
        parts.push(
            el(
                "p",
                null,
                `The page does not know this optimiser's formula. The device's new value: ${exact(after)}`,
            ),
        );
    const way = Math.sign(after - before) || 0,
        against = -Math.sign(device) || 0;
    parts.push(
        el(
            "p",
            null,
            way === 0
                ? "It does not move."
                : way === against
                  ? `It moves ${way > 0 ? "up" : "down"}, against its gradient, as the loss wants it.`
                  : `It moves ${way > 0 ? "up" : "down"}, though its gradient of this step says otherwise: the ` +
                      `optimiser remembers earlier steps.`,
        ),
    );
    return parts;
}

function rememberedOf(pick) {
    const end = ` of ${layers[pick.layer].name}.${pick.name}`;
    const kept = [...book.tensors.keys()].filter(name => name.startsWith("optimizer.") && name.endsWith(end));
    return kept.length === 0
        ? ""
        : "Remembered from the steps before: " +
              kept
                  .map(name => `${name.slice(10, -end.length)} = ${num(book.value(name, at.step, pick.place))}`)
                  .join(", ") +
              ".";
}
