// Weights and biases as grids.
function parameterFigures(i, parameter) {
    const layer = layers[i],
        full = `${layer.name}.${parameter.name}`,
        tensor = book.tensors.get(full);
    const gradients = () => at.show === "gradients" && parameter.learnt;
    const read = place =>
        gradients()
            ? book.parameterGradient(i, parameter.name, at.step, place)
            : book.parameter(i, parameter.name, at.step, place);
    const every = function* (axes, before = []) {
        if (axes.length === 0) {
            yield before;
            return;
        }
        for (const place of axes[0]) yield* every(axes.slice(1), [...before, place]);
    };
    const largest = () => largestOf([...every(tensor.places)].map(read));
    const caption = el("figcaption");
    const sheets = [];
    const sheet = (title, rows, columns, place, options) => {
        const made = grid({
            label: `${full}${title ? ", " + title : ""}`,
            rows,
            columns,
            largest,
            value: (r, c) => read(place(r, c)),
            describe: (r, c) =>
                `${gradients() ? "gradient of " : ""}${full}[${place(r, c).join(", ")}]: ${num(read(place(r, c)))}`,
            pick: (r, c) =>
                parameter.learnt &&
                choose({ kind: "parameter", layer: i, name: parameter.name, place: place(r, c) }),
            cursor: () => cursor(place, rows.length, columns.length),
            frames: () => {
                const own = cursor(place, rows.length, columns.length);
                return own ? [{ r: own[0], c: own[1], h: 1, w: 1, spot: true }] : [];
            },
            ...options,
        });
        sheets.push(made);
        return made.box;
    };
    const cursor = (place, rows, columns) => {
        const pick = at.pick;
        if (pick?.kind !== "parameter" || pick.layer !== i || pick.name !== parameter.name) return null;
        for (let r = 0; r < rows; r++) {
            for (let c = 0; c < columns; c++) if (place(r, c).join() === pick.place.join()) return [r, c];
        }
        return null;
    };
    const axes = tensor.places;
    let body;
    if (axes.length === 3) {
        // Depthwise filters have one channel each: all of them in one sheet.
        body =
            axes[1].length === 1
                ? sheet("", axes[0], axes[2], (r, c) => [axes[0][r], axes[1][0], axes[2][c]], { most: 16 })
                : el(
                      "div",
                      { class: "filters" },
                      ...axes[0].map(k =>
                          el(
                              "figure",
                              null,
                              sheet(`filter ${k}`, axes[1], axes[2], (r, c) => [k, axes[1][r], axes[2][c]], {
                                  most: 14,
                                  least: 10,
                                  room: () => Math.min($("grids").clientWidth, 14 * axes[2].length + 40),
                              }),
                              el("figcaption", null, `filter ${k}`),
                          ),
                      ),
                  );
    } else if (axes.length === 2) {
        body = sheet("", axes[0], axes[1], (r, c) => [axes[0][r], axes[1][c]], { least: 9 });
    } else {
        body = sheet("", [""], axes[0], (r, c) => [axes[0][c]], { most: 20, least: 16 });
    }
    const what =
        axes.length === 3
            ? axes[1].length === 1
                ? "rows: filters, columns: taps"
                : "a sheet each filter; rows: channels, columns: taps"
            : axes.length === 2
              ? "rows: outputs, columns: inputs"
              : "one each " + (layer.shape.length > 1 ? "channel" : "unit");
    const update = () => {
        caption.replaceChildren(
            `${gradients() ? "gradient of " : ""}${full} ${shapeText(parameter.shape)}: ${what}` +
                (product(axes.map(one => one.length)) < product(parameter.shape)
                    ? `, ${axes.map(one => one.length).join(" by ")} kept`
                    : "") +
                `${parameter.learnt ? "" : ", not learnt: a running mean of the mini-batches' statistics"}. `,
            scale(largest()),
        );
        sheets.forEach(one => one.draw());
    };
    return { figure: el("figure", null, caption, body), update };
}
