"use strict";
// Draws the page. What is chosen stands in `at`; after each change draw() shows it. Texts from the network or the clips
// are put in as text nodes only.
(async () => {
  const $ = id => document.getElementById(id);
  const network = JSON.parse($("network").textContent);
  const text = id => $(id).textContent.trim();
  let book;
  try {
    book = await ExplorerMath.Book.of(network, text("parameters"), text("signals"), text("input"));
  } catch (error) {
    $("failure").hidden = false;
    $("failure").textContent = `The numbers of this page cannot be unpacked: ${error.message}. It takes a browser of ` +
      "2023 or later (DecompressionStream).";
    return;
  }

  const { short, sum } = ExplorerMath, layers = network.layers, last = layers.length - 1;
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
    return (size < 1e-4 || size >= 1e6 ? v.toExponential(digits - 1) : Number(v.toPrecision(digits)).toString())
      .replaceAll("-", "\u2212");
  }
  const exact = v => missing(v) ? "not kept" : short(v).replaceAll("-", "\u2212");
  const count = (n, one, more = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : more}`;
  const shapeText = shape => `[${shape.join(", ")}]`;
  const clipName = b => {
    const { name, target } = network.clips[b], label = network.classes[target];
    return name.startsWith(label) ? name : `${name} (${label})`;
  };
  const outName = (i, place) => `${book.nameOf(i)}[${place.join(", ")}]`;
  const product = numbers => numbers.reduce((a, b) => a * b, 1);
  const unitOf = i => book.shapeOf(i).length > 1 ? "channel" : "unit";

  // ---- what layers are, in words
  const words = {
    conv1d: i => {
      const c = book.conv(i);
      const shift = c.before ? ` - ${c.before}` : "";
      return `y[k, l] = bias[k] + sum over channels c and taps r of weight[k, c, r] x[c, l` +
        `${c.stride > 1 ? " × " + c.stride : ""}${shift} + r${c.dilation > 1 ? " × " + c.dilation : ""}]. ` +
        `Each filter is moved over time: a weight is used at all ${c.outputs} time steps of every clip.`;
    },
    dense: i => `y[o] = bias[o] + sum over n of weight[o, n] x[n]. Each weight is used once a clip.`,
    relu: () => "y = max(x, 0). Where x is not above 0, nothing goes forward and no gradient goes back.",
    max_pool1d: i => `The largest of each window of ${layers[i].settings.window} time steps. ` +
      "Only the winner gets the gradient.",
    average_pool1d: i => `The mean of each window of ${layers[i].settings.window} time steps. ` +
      "The gradient is shared equally.",
    global_average_pool: () => "The mean over all time.",
    global_max_pool: () => "The maximum over all time. Only the winner gets the gradient.",
    global_mean_max_pool: i => `The mean over all time of each channel, then the maximum of each.`,
    flatten: () => "Channels over time as one row: nothing is computed, the same numbers have other places.",
    dropout: i => `While training, each number is made 0 with probability ${layers[i].settings.rate}; what stays is ` +
      `multiplied by 1 / (1 - rate) = ${num(1 / (1 - layers[i].settings.rate))}. Each step draws anew. Prediction ` +
      "leaves it out.",
    batch_norm1d: () => "Each channel over all clips and all time: y = weight (x - mean) / root(variance + epsilon) + " +
      "bias. The mean and the variance are of this mini-batch, so that clips act on each other.",
    add: () => "The sum of its inputs. The gradient goes to each of them unchanged.",
    concat: () => "The channels of its inputs, one after the other.",
    scale: () => "All time of a channel times one number.",
  };

  // ---- grids of numbers
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
  function mixer() {
    const zero = rgb(colour("--zero")), plus = rgb(colour("--plus")), minus = rgb(colour("--minus"));
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
    const box = el("div", {
      class: "grid", tabindex: 0, role: "application", "aria-roledescription": "grid of numbers",
      "aria-label": `${of.label}. ${of.rows.length} by ${of.columns.length}. Arrow keys move and choose.`,
    }, canvas);
    const margin = of.rows.length > 1 || of.rows[0] !== "" ? 7 * Math.max(...of.rows.map(r => String(r).length)) + 6 : 0;
    let cell = 10, height = 12;
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
      const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [0, 0], " ": [0, 0] };
      if (event.key === "Home") c = 0;
      else if (event.key === "End") c = of.columns.length - 1;
      else if (moves[event.key]) { r += moves[event.key][0]; c += moves[event.key][1]; } else return;
      event.preventDefault();
      pick(Math.min(of.rows.length - 1, Math.max(0, r)), Math.min(of.columns.length - 1, Math.max(0, c)));
    });
    const own = { box, draw() {
      const room = of.room ? of.room() : box.parentElement.clientWidth;
      cell = Math.min(of.most ?? 20, Math.max(0.2, (room - margin - 4) / of.columns.length));
      height = Math.min(of.most ?? 20, Math.max(of.least ?? 12, Math.min(cell, 20)));
      const width = Math.ceil(margin + cell * of.columns.length + 4), high = Math.ceil(height * of.rows.length + 4);
      const dense = window.devicePixelRatio || 1;
      canvas.width = width * dense; canvas.height = high * dense;
      canvas.style.width = width + "px"; canvas.style.height = high + "px";
      const pen = canvas.getContext("2d");
      pen.scale(dense, dense);
      const mix = mixer(), largest = of.largest(), frame = colour("--frame"), spot = colour("--spot");
      const left = c => margin + 2 + c * cell, top = r => 2 + r * height;
      pen.font = `${Math.min(11, height - 1)}px system-ui, sans-serif`;
      pen.textBaseline = "middle"; pen.textAlign = "right";
      of.rows.forEach((name, r) => {
        pen.fillStyle = colour("--quiet");
        pen.fillText(String(name), margin - 2, top(r) + height / 2);
        of.columns.forEach((_, c) => {
          const x = Math.round(left(c)), w = Math.max(1, Math.round(left(c + 1)) - x);
          const y = Math.round(top(r)), h = Math.max(1, Math.round(top(r + 1)) - y);
          pen.fillStyle = mix(of.value(r, c), largest);
          pen.fillRect(x, y, w, h);
          const mark = of.marks?.(r, c);
          if (mark && w > 2) {
            pen.strokeStyle = frame; pen.lineWidth = 1;
            pen.beginPath();
            if (mark === "off") { pen.moveTo(x + 1, y + h - 1); pen.lineTo(x + w - 1, y + 1); }
            else pen.rect(x + 1.5, y + 1.5, w - 3, h - 3);
            pen.globalAlpha = mark === "off" ? 0.45 : 0.8; pen.stroke(); pen.globalAlpha = 1;
          }
        });
      });
      pen.strokeStyle = colour("--line"); pen.lineWidth = 1;
      pen.strokeRect(margin + 1.5, 1.5, cell * of.columns.length + 1, height * of.rows.length + 1);
      for (const one of of.frames?.() ?? []) {
        pen.strokeStyle = one.spot ? spot : frame;
        pen.lineWidth = one.spot ? 3 : 1.6;
        const w = Math.max(cell * one.w, 3), h = height * one.h;
        pen.strokeRect(left(one.c) - 0.5, top(one.r) - 0.5, w + 1, h + 1);
      }
    } };
    grids.push(own);
    return own;
  }

  const largestOf = values => values.reduce((a, v) => missing(v) ? a : Math.max(a, Math.abs(v)), 0);
  function scale(largest) {
    return el("span", { class: "legend" }, num(-largest, 3), " ", el("span", { class: "scale", role: "img",
      "aria-label": "colours from orange, below 0, to blue, above 0" }), " ", num(largest, 3));
  }

  // ---- a signal: output or gradient of a layer, or the input
  function signalFigure(i, title, gradients) {
    const shape = book.shapeOf(i), kept = book.keptOf(i), flat = shape.length === 1;
    const rows = flat ? network.clips.map((_, b) => b) : kept, columns = flat ? kept : [...Array(shape[1]).keys()];
    const place = (r, c) => flat ? [columns[c]] : [kept[r], c];
    const clip = r => flat ? r : at.clip;
    const read = (r, c) => gradients() ? book.gradient(i, at.step, clip(r), place(r, c))
      : book.output(i, at.step, clip(r), place(r, c));
    const describe = (r, c) => `${gradients() ? "gradient of " : ""}${outName(i, place(r, c))}, ` +
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
    const cursorOf = () => at.pick?.kind === "output" && at.pick.layer === i
      ? flat ? [at.clip, columns.indexOf(at.pick.place[0])] : [kept.indexOf(at.pick.place[0]), at.pick.place[1]]
      : null;
    const caption = el("figcaption");
    const made = grid({
      label: title, rows, columns, value: read, describe, largest, cursor: cursorOf, most: flat ? 22 : 20,
      least: flat ? 16 : 10,
      pick: (r, c) => { at.clip = clip(r); choose({ kind: "output", layer: i, place: place(r, c) }); },
      marks: (r, c) => marksOf(i, clip(r), place(r, c)),
      frames: () => framesOf(i, flat, kept, columns),
    });
    const part = kept.length < shape[0] ? `, ${kept.length} of ${shape[0]} kept` : "";
    const update = () => {
      caption.replaceChildren(
        `${gradients() ? "gradient of " : ""}${title}: ` +
        (flat ? `rows: clips; columns: ${unitOf(i)}s${part}. ` : `rows: channels${part}; columns: time, ${shape[1]} steps. `),
        scale(largest()));
      made.draw();
    };
    return { figure: el("figure", null, caption, made.box), update };
  }

  // Winners of pooling, zeros of ReLU, what dropout dropped: seen in the layer that is open.
  function marksOf(i, b, place) {
    const layer = layers[at.layer];
    if (i === at.layer) {
      if (layer.type === "relu" && book.output(i, at.step, b, place) === 0) return "off";
      if (layer.type === "dropout" && book.value("mask of " + layer.name, at.step, [b, ...place]) === 0) return "off";
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
    const pick = at.pick, frames = [];
    if (!pick) return frames;
    const put = (b, place, spot, w = 1) => {
      const r = flat ? b : kept.indexOf(place[0]), c = flat ? columns.indexOf(place[0]) : place[1];
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
        terms.filter(term => term.layer === i && term.b === at.clip).slice(0, 400).forEach(term => put(at.clip, term.out, false));
      }
      return frames;
    }
    const layer = layers[pick.layer], place = pick.place;
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
      else { put(at.clip, [place[0], 0], false, book.timesOf(i)); put(at.clip, [place[0], at.use], true); }
    }
    return frames;
  }

  // ---- parameters
  function parameterFigures(i, parameter) {
    const layer = layers[i], full = `${layer.name}.${parameter.name}`, tensor = book.tensors.get(full);
    const gradients = () => at.show === "gradients" && parameter.learnt;
    const read = place => gradients() ? book.parameterGradient(i, parameter.name, at.step, place)
      : book.parameter(i, parameter.name, at.step, place);
    const every = function* (axes, before = []) {
      if (axes.length === 0) { yield before; return; }
      for (const place of axes[0]) yield* every(axes.slice(1), [...before, place]);
    };
    const largest = () => largestOf([...every(tensor.places)].map(read));
    const caption = el("figcaption");
    const sheets = [];
    const sheet = (title, rows, columns, place, options) => {
      const made = grid({
        label: `${full}${title ? ", " + title : ""}`, rows, columns, largest,
        value: (r, c) => read(place(r, c)),
        describe: (r, c) => `${gradients() ? "gradient of " : ""}${full}[${place(r, c).join(", ")}]: ${num(read(place(r, c)))}`,
        pick: (r, c) => parameter.learnt && choose({ kind: "parameter", layer: i, name: parameter.name, place: place(r, c) }),
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
      body = axes[1].length === 1
        ? sheet("", axes[0], axes[2], (r, c) => [axes[0][r], axes[1][0], axes[2][c]], { most: 16 })
        : el("div", { class: "filters" }, ...axes[0].map(k => el("figure", null,
          sheet(`filter ${k}`, axes[1], axes[2], (r, c) => [k, axes[1][r], axes[2][c]],
            { most: 14, least: 10, room: () => Math.min($("grids").clientWidth, 14 * axes[2].length + 40) }),
          el("figcaption", null, `filter ${k}`))));
    } else if (axes.length === 2) {
      body = sheet("", axes[0], axes[1], (r, c) => [axes[0][r], axes[1][c]], { least: 9 });
    } else {
      body = sheet("", [""], axes[0], (r, c) => [axes[0][c]], { most: 20, least: 16 });
    }
    const what = axes.length === 3 ? (axes[1].length === 1 ? "rows: filters, columns: taps" : "a sheet each filter; rows: channels, columns: taps")
      : axes.length === 2 ? "rows: outputs, columns: inputs" : "one each " + (layer.shape.length > 1 ? "channel" : "unit");
    const update = () => {
      caption.replaceChildren(`${gradients() ? "gradient of " : ""}${full} ${shapeText(parameter.shape)}: ${what}` +
        (product(axes.map(one => one.length)) < product(parameter.shape) ? `, ${axes.map(one => one.length).join(" by ")} kept` : "") +
        `${parameter.learnt ? "" : ", not learnt: a running mean of the mini-batches' statistics"}. `, scale(largest()));
      sheets.forEach(one => one.draw());
    };
    return { figure: el("figure", null, caption, body), update };
  }

  // ---- the layer that is open
  let updates = [];
  function openLayer(i) {
    at.layer = i;
    grids = [];
    const layer = layers[i], from = layer.inputs[0];
    $("layer-title").textContent = `${layer.name}: ${layer.type}, ${shapeText(book.shapeOf(from))} to ${shapeText(layer.shape)}`;
    $("layer-what").textContent = words[layer.type]?.(i) ??
      "This page has no formula for this layer: `nativecnn explain --parameter` shows the terms of its numbers.";
    const gradients = () => at.show === "gradients";
    const parts = [
      ...layer.inputs.map(one => signalFigure(one, one < 0 ? "input" : `input, output of ${book.nameOf(one)}`, () => gradients() && one >= 0)),
      signalFigure(i, "output", () => gradients() || at.view === "backward"),
      ...layer.parameters.filter(one => book.tensors.has(`${layer.name}.${one.name}`)).map(one => parameterFigures(i, one)),
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
    let best = null, most = -1;
    if (learnt) {
      const axes = book.tensors.get(`${layer.name}.${learnt.name}`).places;
      const walk = place => {
        if (place.length === axes.length) {
          const size = Math.abs(book.parameterGradient(i, learnt.name, at.step, place) ?? 0);
          if (size > most) { most = size; best = { kind: "parameter", layer: i, name: learnt.name, place }; }
        } else axes[place.length].forEach(one => walk([...place, one]));
      };
      walk([]);
    } else {
      for (const place of book.placesOf(i)) {
        const size = Math.abs(book.output(i, at.step, at.clip, place) ?? 0);
        if (size > most) { most = size; best = { kind: "output", layer: i, place }; }
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
    const i = at.layer, layer = layers[i], parts = [];
    if (layer.type === "relu" || layer.type === "dropout") {
      let off = 0, all = 0;
      for (let b = 0; b < book.batch; b++) {
        for (const place of book.placesOf(i)) {
          all++;
          if (marksOf(i, b, place) === "off") off++;
        }
      }
      parts.push(el("p", null, `${off} of ${all} outputs of all clips are ${layer.type === "relu" ? "0 by the ReLU" : "dropped"} ` +
        `(struck through): their inputs get no gradient in this step.`));
    }
    if (layer.type.includes("max_pool")) parts.push(el("p", null, "Winners are boxed in the input: they alone get the maximum's gradient."));
    if (layer.type === "batch_norm1d") {
      const body = layer.kept.map(c => {
        const { mean, variance } = book.statistics(i, at.step, c);
        return [c, num(mean), num(variance), arrow("running_mean", c), arrow("running_variance", c)];
      });
      parts.push(el("h3", null, "Statistics of this mini-batch"), table(["channel", "mean", "variance", "running mean", "running variance"], body, [0, 1, 2, 3, 4]));
      function arrow(name, c) {
        return `${num(book.parameter(i, name, at.step, [c]))} \u2192 ${num(book.parameter(i, name, at.step, [c], true))}`;
      }
    }
    if (i === last) {
      const loss = book.loss(at.step)[at.clip];
      parts.push(el("h3", null, `Softmax and loss of ${clipName(at.clip)}`),
        bars(loss), el("p", null, `loss = \u2212log ${num(loss.probabilities[loss.target])} = ${num(loss.loss)}` +
          (network.label_smoothing || network.class_weights ? " (with label smoothing or class weights)" : "") +
          `; the mini-batch's loss is the mean over ${count(book.batch, "clip")}: ${num(network.steps[at.step].loss ?? NaN)}`));
    }
    $("facts").replaceChildren(...parts);
  }

  function bars(loss) {
    const box = el("div", { class: "bars" });
    loss.probabilities.forEach((p, c) => {
      const name = network.classes[c], own = c === loss.target;
      box.append(own ? el("b", null, name + ", true") : el("span", null, name));
      const bar = el("i");
      bar.style.width = `${100 * p}%`;
      box.append(bar, el("span", null, num(p, 3)));
    });
    return box;
  }

  function table(heads, rows, numbers = [], sumRows = 0) {
    return el("div", { class: "wide" }, el("table", null,
      el("thead", null, el("tr", null, ...heads.map((head, i) => el("th", { scope: "col", class: numbers.includes(i) ? "number" : null }, head)))),
      el("tbody", null, ...rows.map((row, r) => el("tr", { class: r >= rows.length - sumRows ? "sum" : null },
        ...row.map((cell, i) => el("td", { class: numbers.includes(i) ? "number" : null }, cell)))))));
  }

  // ---- what is chosen
  function choose(pick) {
    const rebuild = pick.kind !== at.pick?.kind || pick.layer !== at.pick.layer || pick.name !== at.pick.name;
    at.pick = pick;
    if (rebuild) { at.use = firstUse(); buildPlace(); }
    draw();
  }

  function buildPlace() {
    const pick = at.pick;
    if (!pick) { $("place").replaceChildren(); return; }
    const axes = pick.kind === "parameter" ? book.tensors.get(`${layers[pick.layer].name}.${pick.name}`).places
      : pick.place.length === 1 ? [book.keptOf(pick.layer)] : [book.keptOf(pick.layer), [...Array(book.timesOf(pick.layer)).keys()]];
    const type = pick.layer < 0 ? "" : layers[pick.layer].type;
    const names = pick.kind === "output" ? (pick.place.length === 1 ? [unitOf(pick.layer)] : ["channel", "time"])
      : type === "conv1d" ? ["filter", "channel", "tap"] : type === "dense" ? ["output", "input"] : ["channel", "second", "third"];
    $("place").replaceChildren(...pick.place.map((value, axis) => el("label", null, names[axis], el("input", {
      type: "number", min: axes[axis][0], max: axes[axis].at(-1), value,
      onchange: event => {
        const wanted = Number(event.target.value), places = axes[axis];
        const nearest = places.reduce((a, b) => Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a);
        choose({ ...at.pick, place: at.pick.place.map((one, i) => i === axis ? nearest : one) });
      },
    }))));
  }

  function drawPicked() {
    const pick = at.pick;
    if (!pick) return;
    [...$("place").querySelectorAll("input")].forEach((input, i) => { input.value = pick.place[i]; });
    const forward = at.view === "forward", name = pick.layer < 0 ? "input" : layers[pick.layer].name;
    const times = pick.kind === "parameter" && layers[pick.layer].shape.length > 1 &&
      book.parameterTerms(pick.layer, pick.name, pick.place, at.step) ? layers[pick.layer].shape[1] : 0;
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
      $("now").replaceChildren(el("p", { class: "big" }, `${exact(value)} \u2192 ${exact(after)}`),
        el("p", null, `in step ${network.steps[at.step].number}; its gradient is ` +
          `${exact(book.parameterGradient(pick.layer, pick.name, at.step, pick.place))}`));
      $("content").replaceChildren(...(forward ? parameterForward(pick, full) : parameterBackward(pick, full)));
    } else {
      $("picked-title").textContent = outName(pick.layer, pick.place);
      const gradient = book.gradient(pick.layer, at.step, at.clip, pick.place);
      $("now").replaceChildren(el("p", { class: "big" }, exact(book.output(pick.layer, at.step, at.clip, pick.place))),
        el("p", null, `of ${clipName(at.clip)}` + (missing(gradient) ? pick.layer < 0 ? "; a clip's input learns nothing, so no gradient of it is computed" : ""
          : `; its gradient is ${exact(gradient)}`)));
      $("content").replaceChildren(...(forward ? outputForward(pick) : outputBackward(pick)));
    }
  }

  const outPhrase = term => `${network.clips[term.b].name}, ${outName(at.pick.layer, term.out)}`;

  function parameterForward(pick, full) {
    const terms = book.parameterTerms(pick.layer, pick.name, pick.place, at.step);
    if (!terms) return [noFormula()];
    const layer = layers[pick.layer], perClip = terms.length / book.batch, bias = pick.name === "bias";
    const value = book.parameter(pick.layer, pick.name, at.step, pick.place);
    const own = terms.filter(term => term.b === at.clip), now = own[Math.min(at.use, own.length - 1)];
    const from = layer.inputs[0], norm = layer.type === "batch_norm1d";
    const reach = el("p", null, `It takes part in ${count(terms.length, "output")}: ` +
      `${count(perClip, "time step")} × ${count(book.batch, "clip")}` + (perClip === 1 ? " (a dense layer has no time)." : "."));
    const y = book.output(pick.layer, at.step, at.clip, now.out);
    const one = el("p", null, bias
      ? `To ${outName(pick.layer, now.out)} = ${num(y)} it adds itself: ${num(value)}.`
      : norm ? `To ${outName(pick.layer, now.out)} = ${num(y)} it gives weight × normalised input: ${num(value)} × ${num(now.factor)} = ${num(value * now.factor)}; the bias is added.`
      : now.source ? `At ${outName(pick.layer, now.out)} it meets ${outName(...book.resolve(from, now.source))}: ` +
        `${num(now.factor)} × ${num(value)} = ${num(now.factor * value)}, a part of the output ${num(y)}.`
      : `At ${outName(pick.layer, now.out)} it meets the padding, 0, and gives nothing.`);
    const parts = [reach, one];
    if (perClip > 1) {
      parts.push(el("h3", null, `What it gives to each time step (${network.clips[at.clip].name})`),
        strip(own.map(term => term.factor * value), "its part of the output"));
    }
    parts.push(details(`Its ${perClip} ${perClip === 1 ? "use" : "uses"} in this clip as a table`, () => table(
      ["output", bias ? "" : norm ? "normalised input" : "input", bias ? "bias" : "input × weight"],
      own.map(term => [outName(pick.layer, term.out), bias ? "" : num(term.factor), num(term.factor * value)]), [1, 2])));
    return parts;
  }

  // One row of numbers over time with the present use framed.
  function strip(values, label) {
    const largest = largestOf(values);
    const made = grid({
      label, rows: [""], columns: values, value: (_, c) => values[c], largest: () => largest, most: 20, least: 18,
      describe: (_, c) => `${label}, time step ${c}: ${num(values[c])}`,
      pick: (_, c) => { at.use = c; draw(); $("uses").focus(); },
      cursor: () => [0, at.use], frames: () => [{ r: 0, c: at.use, h: 1, w: 1, spot: true }],
      room: () => $("content").clientWidth,
    });
    grids.pop();
    queueMicrotask(() => made.draw());
    return el("figure", null, made.box, el("figcaption", null, "time \u2192 ", scale(largest)));
  }

  function parameterBackward(pick, full) {
    const terms = book.parameterTerms(pick.layer, pick.name, pick.place, at.step);
    const device = book.parameterGradient(pick.layer, pick.name, at.step, pick.place), parts = [];
    if (terms) {
      const bias = pick.name === "bias", norm = layers[pick.layer].type === "batch_norm1d";
      const factor = bias ? "factor" : norm ? "normalised input" : "input it meets";
      const own = terms.filter(term => term.b === at.clip), now = own[Math.min(at.use, own.length - 1)];
      parts.push(el("p", null, "Its gradient is the sum, over all outputs it takes part in, of the output's own gradient (upstream) " +
        (bias ? "× 1." : norm ? "× the normalised input." : "× the input that the weight meets there.")));
      parts.push(el("p", null, `${outPhrase(now)}: ${num(now.upstream)} × ${num(now.factor)} = ${num(now.product)}`));
      if (own.length > 1) {
        parts.push(el("h3", null, `Its terms over time (${network.clips[at.clip].name})`), strip(own.map(term => term.product), "terms of the gradient"));
      }
      const rows = network.clips.map((clip, b) => {
        const some = terms.filter(term => term.b === b);
        return [clip.name, String(some.length), num(sum(some), 6)];
      });
      const total = sum(terms);
      rows.push(["all clips, in float64", String(terms.length), num(total, 9)], [`the device's (${network.device})`, "", exact(device)]);
      parts.push(el("h3", null, "Summed clip by clip"), table(["clip", "terms", "sum"], rows, [1, 2], 2));
      parts.push(details(`All ${terms.length} terms`, () => table(["output", "upstream", factor, "product"],
        terms.slice(0, 2000).map(term => [outPhrase(term), num(term.upstream), num(term.factor), num(term.product)]), [1, 2, 3])));
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
    } else parts.push(el("p", null, `The page does not know this optimiser's formula. The device's new value: ${exact(after)}`));
    const way = Math.sign(after - before) || 0, against = -Math.sign(device) || 0;
    parts.push(el("p", null, way === 0 ? "It does not move." : way === against
      ? `It moves ${way > 0 ? "up" : "down"}, against its gradient, as the loss wants it.`
      : `It moves ${way > 0 ? "up" : "down"}, though its gradient of this step says otherwise: the optimiser remembers earlier steps.`));
    return parts;
  }

  function rememberedOf(pick) {
    const end = ` of ${layers[pick.layer].name}.${pick.name}`;
    const kept = [...book.tensors.keys()].filter(name => name.startsWith("optimizer.") && name.endsWith(end));
    return kept.length === 0 ? "" : "Remembered from the steps before: " + kept.map(name =>
      `${name.slice(10, -end.length)} = ${num(book.value(name, at.step, pick.place))}`).join(", ") + ".";
  }

  const noFormula = () => el("p", { class: "note" }, "This page has no formula for this layer. `nativecnn explain --parameter NAME[PLACE]` shows every term.");

  const twoLines = (first, second) => first === null ? second : el("span", null, first, second ? el("small", null, second) : null);

  function largestTerms(terms, most = 12) {
    const sorted = [...terms].sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
    return [sorted.slice(0, most), sorted.slice(most)];
  }

  function outputForward(pick) {
    if (pick.layer < 0) {
      return [el("p", null, "A number of the clip itself: nothing before it computes it. Choose the backward view of a layer's output, or a weight, to see where it goes.")];
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
    const from = layer.type === "add" ? () => null : term => outName(...book.resolve(layer.inputs[0], term.source));
    const rows = shown.map(term => [twoLines(from(term), term.what), num(term.value), num(term.factor), num(term.product)]);
    if (rest.length) rows.push([`${rest.length} more`, "", "", num(sum(rest))]);
    if (learns) rows.push(["bias", "", "", num(made.constant)]);
    if (made.complete) rows.push(["in float64", "", "", num(sum(made.terms) + made.constant, 8)]);
    else rows.push(["channels not kept", "", "", num(y - sum(made.terms) - made.constant)]);
    rows.push(["the device's", "", "", exact(y)]);
    return [el("p", null, `${made.note}: ${count(made.terms.length, "input")}` + (made.terms.length > 12 ? ", the largest parts first." : ".")),
      table(["input", "value", "factor", "product"], rows, [1, 2, 3], 2)];
  }

  function outputBackward(pick) {
    const [i, place] = [pick.layer, pick.place], parts = [];
    if (i === last) {
      const loss = book.loss(at.step)[at.clip], c = place[0];
      const same = network.label_smoothing || network.class_weights;
      parts.push(el("p", null, "Softmax and cross-entropy give the gradient of a logit at once: (probability - share of the true class) / clips."),
        el("p", { class: "big" }, `(${num(loss.probabilities[c])} \u2212 ${num(loss.shares[c], 3)}) / ${num(loss.total)} = ${num(loss.gradient[c], 7)}`),
        el("p", null, `the device's: ${exact(book.gradient(i, at.step, at.clip, place))}`));
      if (same) parts.push(el("p", { class: "quiet" }, "Shares are those of label smoothing and class weights."));
      parts.push(el("h3", null, `All classes, ${clipName(at.clip)}`), table(["class", "logit", "probability", "share", "gradient"],
        network.classes.map((name, k) => [name, num(loss.logits[k]), num(loss.probabilities[k]), num(loss.shares[k], 3), num(loss.gradient[k])]), [1, 2, 3, 4]));
      return parts;
    }
    const found = book.outputTerms(i, at.clip, place, at.step);
    if (!found) return [el("p", { class: "note" }, "A layer after it has no formula in this page. `nativecnn explain --parameter` shows the terms.")];
    const device = book.gradient(i, at.step, at.clip, place);
    const [shown, rest] = largestTerms(found.terms);
    const rows = shown.map(term => [
      twoLines(outName(term.layer, term.out), (term.b === at.clip ? "" : network.clips[term.b].name + "; ") + term.what),
      num(term.upstream), num(term.factor), num(term.product)]);
    if (rest.length) rows.push([`${rest.length} more`, "", "", num(sum(rest))]);
    if (found.complete) rows.push(["in float64", "", "", num(sum(found.terms), 8)]);
    else if (!missing(device)) rows.push(["channels not kept", "", "", num(device - sum(found.terms))]);
    if (!missing(device)) rows.push(["the device's", "", "", exact(device)]);
    parts.push(el("p", null, `It goes into ${count(found.terms.length, "output")} of the layers after it` +
      `${found.complete ? "" : " that were kept"}. Its gradient is the sum of each one's gradient × its slope by this number.`),
      table(["output", "its gradient", "slope", "product"], rows, [1, 2, 3], missing(device) ? 0 : 2));
    return parts;
  }

  function details(title, make) {
    const made = el("details", null, el("summary", null, title));
    made.addEventListener("toggle", () => { if (made.open && made.children.length === 1) made.append(make()); });
    return made;
  }

  // ---- the whole page
  function drawBar() {
    const step = network.steps[at.step];
    $("step").value = at.step;
    $("step").setAttribute("aria-valuetext", `step ${step.number}, loss ${num(step.loss ?? NaN)}`);
    $("step-text").textContent = `step ${step.number} (${at.step + 1} of ${book.steps}), loss ${num(step.loss ?? NaN)}`;
    $("back").disabled = at.step === 0;
    $("next").disabled = at.step === book.steps - 1;
    const marker = $("curve").querySelector("line"), x = 2 + 196 * at.step / Math.max(1, book.steps - 1);
    marker.setAttribute("x1", x); marker.setAttribute("x2", x);
    document.querySelectorAll("#clips input").forEach((input, b) => { input.checked = b === at.clip; });
    document.querySelectorAll("#map button").forEach((button, i) => {
      if (i === at.layer) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
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
    $("source").textContent = `${network.source} ${book.steps} steps on ${network.device}, from ${network.steps[0].number} to ` +
      `${network.steps.at(-1).number}, each on the same ${count(book.batch, "clip")}; ${network.optimizer.type}, learning rate ` +
      `${short(network.learning_rate)}. NativeCnn ${network.version}.`;
    if (network.left_out) {
      $("left-out").hidden = false;
      $("left-out").textContent = `Not all is here: ${network.left_out}. Gradients of weights are complete all the same; sums over channels say what is missing.`;
    }
    $("step").max = book.steps - 1;
    const go = step => { at.step = Math.min(book.steps - 1, Math.max(0, step)); draw(); Questions.begin(at.layer); };
    $("step").addEventListener("input", event => go(Number(event.target.value)));
    $("back").addEventListener("click", () => go(at.step - 1));
    $("next").addEventListener("click", () => go(at.step + 1));
    const losses = network.steps.map(step => step.loss), high = Math.max(...losses.filter(one => one !== null), 1e-9);
    const points = losses.map((loss, i) => loss === null ? "" : `${2 + 196 * i / Math.max(1, losses.length - 1)},${33 - 30 * loss / high}`).join(" ");
    const svg = name => document.createElementNS("http://www.w3.org/2000/svg", name);
    const line = svg("polyline"), marker = svg("line");
    line.setAttribute("points", points);
    marker.setAttribute("y1", 0); marker.setAttribute("y2", 36);
    $("curve").append(line, marker);
    $("curve").setAttribute("aria-label", `loss of the recorded steps, from ${num(losses[0] ?? NaN)} to ${num(losses.at(-1) ?? NaN)}`);
    network.clips.forEach((clip, b) => $("clips").append(el("label", null,
      el("input", { type: "radio", name: "clip", value: b, onchange: () => { at.clip = b; draw(); } }), " " + clipName(b)), " "));
    layers.forEach((layer, i) => {
      const others = layer.inputs.length > 1 || layer.inputs[0] !== i - 1 ? ` of ${layer.inputs.map(one => book.nameOf(one)).join(", ")}` : "";
      $("map").append(el("li", null, el("button", { type: "button", onclick: () => { openLayer(i); draw(); } },
        layer.name, el("small", null, `${layer.type}${others}`),
        el("small", null, shapeText(layer.shape) + (layer.learnt ? `, learns ${layer.learnt.toLocaleString("en")}` : "")))));
    });
    document.querySelectorAll("[name=show]").forEach(input => input.addEventListener("change", () => { at.show = input.value; draw(); }));
    document.querySelectorAll("[name=view]").forEach(input => input.addEventListener("change", () => { at.view = input.value; draw(); }));
    $("uses").addEventListener("input", event => { at.use = Number(event.target.value); draw(); });
    let width = 0;
    new ResizeObserver(() => {
      const now = $("grids").clientWidth;
      if (now !== width) { width = now; draw(); }
    }).observe($("grids"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    Questions.setUp({ book, at, num, exact, clipName, outName, el, count });
    openLayer(0);
    draw();
  }

  begin();
})();
