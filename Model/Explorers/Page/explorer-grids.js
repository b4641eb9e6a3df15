// Grids of numbers: drawn on a canvas, clicked, and walked over with the arrow keys.
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
function mixer() {
    const zero = rgb(colour("--zero")),
        plus = rgb(colour("--plus")),
        minus = rgb(colour("--minus"));
    const none = colour("--line");
    return (v, largest) => {
        if (missing(v)) return none;
        const share = largest > 0 ? Math.min(1, Math.abs(v) / largest) ** 0.6 : 0;
        const to = v < 0 ? minus : plus;
        return `rgb(${zero.map((z, i) => Math.round(z + (to[i] - z) * share)).join(" ")})`;
    };
}

// rows x columns of numbers that are drawn, clicked and walked over with arrow keys.
// of: { label, rows: [names], columns: [names], value(r, c), describe(r, c), pick(r, c), cursor(), largest(),
//       marks(r, c): "off" | "win" | null, frames(): [{ r, c, h, w, spot }], most: cell size }
function grid(of) {
    const canvas = el("canvas");
    const box = el(
        "div",
        {
            class: "grid",
            tabindex: 0,
            role: "application",
            "aria-roledescription": "grid of numbers",
            "aria-label": `${of.label}. ${of.rows.length} by ${of.columns.length}. Arrow keys move and choose.`,
        },
        canvas,
    );
    const margin =
        of.rows.length > 1 || of.rows[0] !== "" ? 7 * Math.max(...of.rows.map(r => String(r).length)) + 6 : 0;
    let cell = 10,
        height = 12;
    const rowAt = y => Math.min(of.rows.length - 1, Math.max(0, Math.floor((y - 2) / height)));
    const columnAt = x => Math.min(of.columns.length - 1, Math.max(0, Math.floor((x - margin - 2) / cell)));
    function pick(r, c) {
        $("live").textContent = of.describe(r, c);
        of.pick(r, c);
    }
    box.addEventListener("click", event => {
        const area = canvas.getBoundingClientRect();
        pick(rowAt(event.clientY - area.top), columnAt(event.clientX - area.left));
    });
    box.addEventListener("mousemove", event => {
        const area = canvas.getBoundingClientRect();
        box.title = of.describe(rowAt(event.clientY - area.top), columnAt(event.clientX - area.left));
    });
    box.addEventListener("focus", () => {
        const [r, c] = of.cursor() ?? [0, 0];
        $("live").textContent = of.describe(r, c);
    });
    box.addEventListener("keydown", event => {
        let [r, c] = of.cursor() ?? [0, 0];
        const moves = {
            ArrowUp: [-1, 0],
            ArrowDown: [1, 0],
            ArrowLeft: [0, -1],
            ArrowRight: [0, 1],
            Enter: [0, 0],
            " ": [0, 0],
        };
        if (event.key === "Home") c = 0;
        else if (event.key === "End") c = of.columns.length - 1;
        else if (moves[event.key]) {
            r += moves[event.key][0];
            c += moves[event.key][1];
        } else return;
        event.preventDefault();
        pick(Math.min(of.rows.length - 1, Math.max(0, r)), Math.min(of.columns.length - 1, Math.max(0, c)));
    });
    const own = {
        box,
        draw() {
            const room = of.room ? of.room() : box.parentElement.clientWidth;
            cell = Math.min(of.most ?? 20, Math.max(0.2, (room - margin - 4) / of.columns.length));
            height = Math.min(of.most ?? 20, Math.max(of.least ?? 12, Math.min(cell, 20)));
            const width = Math.ceil(margin + cell * of.columns.length + 4),
                high = Math.ceil(height * of.rows.length + 4);
            const dense = window.devicePixelRatio || 1;
            canvas.width = width * dense;
            canvas.height = high * dense;
            canvas.style.width = width + "px";
            canvas.style.height = high + "px";
            const pen = canvas.getContext("2d");
            pen.scale(dense, dense);
            const mix = mixer(),
                largest = of.largest(),
                frame = colour("--frame"),
                spot = colour("--spot");
            const left = c => margin + 2 + c * cell,
                top = r => 2 + r * height;
            pen.font = `${Math.min(11, height - 1)}px system-ui, sans-serif`;
            pen.textBaseline = "middle";
            pen.textAlign = "right";
            of.rows.forEach((name, r) => {
                pen.fillStyle = colour("--quiet");
                pen.fillText(String(name), margin - 2, top(r) + height / 2);
                of.columns.forEach((_, c) => {
                    const x = Math.round(left(c)),
                        w = Math.max(1, Math.round(left(c + 1)) - x);
                    const y = Math.round(top(r)),
                        h = Math.max(1, Math.round(top(r + 1)) - y);
                    pen.fillStyle = mix(of.value(r, c), largest);
                    pen.fillRect(x, y, w, h);
                    const mark = of.marks?.(r, c);
                    if (mark && w > 2) {
                        pen.strokeStyle = frame;
                        pen.lineWidth = 1;
                        pen.beginPath();
                        if (mark === "off") {
                            pen.moveTo(x + 1, y + h - 1);
                            pen.lineTo(x + w - 1, y + 1);
                        } else pen.rect(x + 1.5, y + 1.5, w - 3, h - 3);
                        pen.globalAlpha = mark === "off" ? 0.45 : 0.8;
                        pen.stroke();
                        pen.globalAlpha = 1;
                    }
                });
            });
            pen.strokeStyle = colour("--line");
            pen.lineWidth = 1;
            pen.strokeRect(margin + 1.5, 1.5, cell * of.columns.length + 1, height * of.rows.length + 1);
            for (const one of of.frames?.() ?? []) {
                pen.strokeStyle = one.spot ? spot : frame;
                pen.lineWidth = one.spot ? 3 : 1.6;
                const w = Math.max(cell * one.w, 3),
                    h = height * one.h;
                pen.strokeRect(left(one.c) - 0.5, top(one.r) - 0.5, w + 1, h + 1);
            }
        },
    };
    grids.push(own);
    return own;
}

const largestOf = values => values.reduce((a, v) => (missing(v) ? a : Math.max(a, Math.abs(v))), 0);
function scale(largest) {
    return el(
        "span",
        { class: "legend" },
        num(-largest, 3),
        " ",
        el("span", {
            class: "scale",
            role: "img",
            "aria-label": "colours from orange, below 0, to blue, above 0",
        }),
        " ",
        num(largest, 3),
    );
}
