// The number that is chosen: its place, its value, and which view of it is shown.
function choose(pick) {
    const rebuild = pick.kind !== at.pick?.kind || pick.layer !== at.pick.layer || pick.name !== at.pick.name;
    at.pick = pick;
    if (rebuild) {
        at.use = firstUse();
        buildPlace();
    }
    draw();
}

function buildPlace() {
    const pick = at.pick;
    if (!pick) {
        $("place").replaceChildren();
        return;
    }
    const axes =
        pick.kind === "parameter"
            ? book.tensors.get(`${layers[pick.layer].name}.${pick.name}`).places
            : pick.place.length === 1
              ? [book.keptOf(pick.layer)]
              : [book.keptOf(pick.layer), [...Array(book.timesOf(pick.layer)).keys()]];
    const type = pick.layer < 0 ? "" : layers[pick.layer].type;
    const names =
        pick.kind === "output"
            ? pick.place.length === 1
                ? [unitOf(pick.layer)]
                : ["channel", "time"]
            : type === "conv1d"
              ? ["filter", "channel", "tap"]
              : type === "dense"
                ? ["output", "input"]
                : ["channel", "second", "third"];
    $("place").replaceChildren(
        ...pick.place.map((value, axis) =>
            el(
                "label",
                null,
                names[axis],
                el("input", {
                    type: "number",
                    min: axes[axis][0],
                    max: axes[axis].at(-1),
                    value,
                    onchange: event => {
                        const wanted = Number(event.target.value),
                            places = axes[axis];
                        const nearest = places.reduce((a, b) =>
                            Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a,
                        );
                        choose({
                            ...at.pick,
                            place: at.pick.place.map((one, i) => (i === axis ? nearest : one)),
                        });
                    },
                }),
            ),
        ),
    );
}

function drawPicked() {
    const pick = at.pick;
    if (!pick) return;
    [...$("place").querySelectorAll("input")].forEach((input, i) => {
        input.value = pick.place[i];
    });
    const forward = at.view === "forward",
        name = pick.layer < 0 ? "input" : layers[pick.layer].name;
    const times =
        pick.kind === "parameter" &&
        layers[pick.layer].shape.length > 1 &&
        book.parameterTerms(pick.layer, pick.name, pick.place, at.step)
            ? layers[pick.layer].shape[1]
            : 0;
    $("uses-label").hidden = times < 2;
    $("uses").max = Math.max(0, times - 1);
    at.use = Math.min(at.use, Math.max(0, times - 1));
    $("uses").value = at.use;
    $("uses").setAttribute("aria-valuetext", `output time step ${at.use}`);
    $("uses-text").textContent = `output time step ${at.use} of ${times}`;
    if (pick.kind === "parameter") {
        const full = `${name}.${pick.name}[${pick.place.join(", ")}]`;
        $("picked-title").textContent = full;
        const value = book.parameter(pick.layer, pick.name, at.step, pick.place);
        const after = book.parameter(pick.layer, pick.name, at.step, pick.place, true);
        $("now").replaceChildren(
            el("p", { class: "big" }, `${exact(value)} \u2192 ${exact(after)}`),
            el(
                "p",
                null,
                `in step ${network.steps[at.step].number}; its gradient is ` +
                    `${exact(book.parameterGradient(pick.layer, pick.name, at.step, pick.place))}`,
            ),
        );
        $("content").replaceChildren(
            ...(forward ? parameterForward(pick, full) : parameterBackward(pick, full)),
        );
    } else {
        $("picked-title").textContent = outName(pick.layer, pick.place);
        const gradient = book.gradient(pick.layer, at.step, at.clip, pick.place);
        $("now").replaceChildren(
            el("p", { class: "big" }, exact(book.output(pick.layer, at.step, at.clip, pick.place))),
            el(
                "p",
                null,
                `of ${clipName(at.clip)}` +
                    (missing(gradient)
                        ? pick.layer < 0
                            ? "; a clip's input learns nothing, so no gradient of it is computed"
                            : ""
                        : `; its gradient is ${exact(gradient)}`),
            ),
        );
        $("content").replaceChildren(...(forward ? outputForward(pick) : outputBackward(pick)));
    }
}
