// The bar, the map, and the beginning.
function drawBar() {
    const step = network.steps[at.step];
    $("step").value = at.step;
    $("step").setAttribute("aria-valuetext", `step ${step.number}, loss ${num(step.loss ?? NaN)}`);
    $("step-text").textContent =
        `step ${step.number} (${at.step + 1} of ${book.steps}), loss ${num(step.loss ?? NaN)}`;
    $("back").disabled = at.step === 0;
    $("next").disabled = at.step === book.steps - 1;
    const marker = $("curve").querySelector("line"),
        x = 2 + (196 * at.step) / Math.max(1, book.steps - 1);
    marker.setAttribute("x1", x);
    marker.setAttribute("x2", x);
    document.querySelectorAll("#clips input").forEach((input, b) => {
        input.checked = b === at.clip;
    });
    document.querySelectorAll("#map button").forEach((button, i) => {
        if (i === at.layer) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
    });
}

function draw() {
    drawBar();
    updates.forEach(update => update());
    facts();
    drawPicked();
}

function begin() {
    $("title").textContent = `${network.name}: training step by step`;
    $("source").textContent =
        `${network.source} ${book.steps} steps on ${network.device}, from ${network.steps[0].number} to ` +
        `${network.steps.at(-1).number}, each on the same ${count(book.batch, "clip")}; ${network.optimizer.type}, ` +
            `learning rate ` +
        `${short(network.learning_rate)}. NativeCnn ${network.version}.`;
    if (network.left_out) {
        $("left-out").hidden = false;
        $("left-out").textContent =
            `Not all is here: ${network.left_out}. Gradients of weights are complete all the same; sums over ` +
                `channels say what is missing.`;
    }
    $("step").max = book.steps - 1;
    const go = step => {
        at.step = Math.min(book.steps - 1, Math.max(0, step));
        draw();
        Questions.begin(at.layer);
    };
    $("step").addEventListener("input", event => go(Number(event.target.value)));
    $("back").addEventListener("click", () => go(at.step - 1));
    $("next").addEventListener("click", () => go(at.step + 1));
    const losses = network.steps.map(step => step.loss),
        high = Math.max(...losses.filter(one => one !== null), 1e-9);
    const points = losses
        .map((loss, i) =>
            loss === null ? "" : `${2 + (196 * i) / Math.max(1, losses.length - 1)},${33 - (30 * loss) / high}`,
        )
        .join(" ");
    const svg = name => document.createElementNS("http://www.w3.org/2000/svg", name);
    const line = svg("polyline"),
        marker = svg("line");
    line.setAttribute("points", points);
    marker.setAttribute("y1", 0);
    marker.setAttribute("y2", 36);
    $("curve").append(line, marker);
    $("curve").setAttribute(
        "aria-label",
        `loss of the recorded steps, from ${num(losses[0] ?? NaN)} to ${num(losses.at(-1) ?? NaN)}`,
    );
    network.clips.forEach((clip, b) =>
        $("clips").append(
            el(
                "label",
                null,
                el("input", {
                    type: "radio",
                    name: "clip",
                    value: b,
                    onchange: () => {
                        at.clip = b;
                        draw();
                    },
                }),
                " " + clipName(b),
            ),
            " ",
        ),
    );
    layers.forEach((layer, i) => {
        const others =
            layer.inputs.length > 1 || layer.inputs[0] !== i - 1
                ? ` of ${layer.inputs.map(one => book.nameOf(one)).join(", ")}`
                : "";
        $("map").append(
            el(
                "li",
                null,
                el(
                    "button",
                    {
                        type: "button",
                        onclick: () => {
                            openLayer(i);
                            draw();
                        },
                    },
                    layer.name,
                    el("small", null, `${layer.type}${others}`),
                    el(
                        "small",
                        null,
                        shapeText(layer.shape) +
                            (layer.learnt ? `, learns ${layer.learnt.toLocaleString("en")}` : ""),
                    ),
                ),
            ),
        );
    });
    document.querySelectorAll("[name=show]").forEach(input =>
        input.addEventListener("change", () => {
            at.show = input.value;
            draw();
        }),
    );
    document.querySelectorAll("[name=view]").forEach(input =>
        input.addEventListener("change", () => {
            at.view = input.value;
            draw();
        }),
    );
    $("uses").addEventListener("input", event => {
        at.use = Number(event.target.value);
        draw();
    });
    let width = 0;
    new ResizeObserver(() => {
        const now = $("grids").clientWidth;
        if (now !== width) {
            width = now;
            draw();
        }
    }).observe($("grids"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    Questions.setUp({ book, at, num, exact, clipName, outName, el, count });
    openLayer(0);
    draw();
}

begin();
