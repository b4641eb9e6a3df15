// The state of the page and what its other parts use. The parts that ExplorerPage.cs lists are one function: each sees
// what the others declare. Texts from the network or the clips become text nodes only.
const $ = id => document.getElementById(id);
const network = JSON.parse($("network").textContent);
const text = id => $(id).textContent.trim();
let book;
try {
    book = await ExplorerMath.Book.of(network, text("parameters"), text("signals"), text("input"));
} catch (error) {
    $("failure").hidden = false;
    $("failure").textContent =
        `The numbers of this page cannot be unpacked: ${error.message}. It takes a browser of ` +
        "2023 or later (DecompressionStream).";
    return;
}

const { short, sum } = ExplorerMath,
    layers = network.layers,
    last = layers.length - 1;
const at = { step: 0, clip: 0, layer: 0, show: "values", view: "forward", use: 0, pick: null };
let grids = [];

function el(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
        else if (value === true) made.setAttribute(name, "");
        else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value);
    }
    made.append(...children.filter(one => one !== null && one !== undefined));
    return made;
}

const missing = v => v === undefined || Number.isNaN(v);
function num(v, digits = 4) {
    if (missing(v)) return "not kept";
    if (v === 0) return "0";
    const size = Math.abs(v);
    return (
        size < 1e-4 || size >= 1e6 ? v.toExponential(digits - 1) : Number(v.toPrecision(digits)).toString()
    ).replaceAll("-", "\u2212");
}
const exact = v => (missing(v) ? "not kept" : short(v).replaceAll("-", "\u2212"));
const count = (n, one, more = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : more}`;
const shapeText = shape => `[${shape.join(", ")}]`;
const clipName = b => {
    const { name, target } = network.clips[b],
        label = network.classes[target];
    return name.startsWith(label) ? name : `${name} (${label})`;
};
const outName = (i, place) => `${book.nameOf(i)}[${place.join(", ")}]`;
const product = numbers => numbers.reduce((a, b) => a * b, 1);
const unitOf = i => (book.shapeOf(i).length > 1 ? "channel" : "unit");
