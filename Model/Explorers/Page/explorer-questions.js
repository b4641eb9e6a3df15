"use strict";
// Questions about the layer that is open. Each is made from the numbers of the present step, with the answer computed
// from them; the learner commits to an answer before it is shown. A question is { text, choices, right, why }, right
// the index of the answer; a maker returns null where the numbers at hand make no such question.
const Questions = (() => {
    let tools,
        layer = -1,
        deck = [],
        asked = 0,
        answered = 0,
        correct = 0;

    const pickOf = list => list[Math.floor(Math.random() * list.length)];
    const shuffled = list =>
        list
            .map(one => [Math.random(), one])
            .sort((a, b) => a[0] - b[0])
            .map(one => one[1]);
    const signs = ["above 0", "below 0", "exactly 0"];
    const signOf = v => (v > 0 ? 0 : v < 0 ? 1 : 2);

    // Different texts in a random order, the first being right.
    function mixed(text, choices, why) {
        const different = choices.filter((one, i) => choices.indexOf(one) === i);
        if (different.length < 2) return null;
        const order = shuffled(different);
        return { text, choices: order, right: order.indexOf(choices[0]), why };
    }

    const makers = {
        conv1d: [signBySums, wayOfDescent, outputsTouched, inputMet, biasGradient],
        dense: [signByClips, zeroInput, outputsTouched, wayOfDescent, biasGradient],
        relu: [blockedGradient, shareOfZeros, passedGradient],
        max_pool1d: [winnerTakes, shareOfWindow],
        average_pool1d: [sharedGradient],
        global_average_pool: [sharedGradient],
        global_max_pool: [globalWinner],
        global_mean_max_pool: [globalWinner, sharedGradient],
        dropout: [droppedGradient, scaleOfKept, dropoutInPrediction],
        batch_norm1d: [meanOfOutput, sumOfInputGradients, doubledInput, biasGradient],
        flatten: [flattenLearns],
        add: [addGradient],
    };
    const forLast = [signOfTrueLogit, sumOfLogits, lossOfProbability];

    function randomParameter(i, name) {
        const { book } = tools,
            l = book.layers[i];
        const tensor = book.tensors.get(`${l.name}.${name}`);
        return tensor ? tensor.places.map(pickOf) : null;
    }

    // A weight whose gradient is not 0, if a few tries find one.
    function livelyWeight(i) {
        let place = randomParameter(i, "weight");
        for (let n = 0; n < 12 && !tools.book.parameterGradient(i, "weight", tools.at.step, place); n++) {
            place = randomParameter(i, "weight");
        }
        return place;
    }

    function perClip(i, name, place) {
        const { book, at } = tools,
            terms = book.parameterTerms(i, name, place, at.step);
        return book.network.clips.map((_, b) => ExplorerMath.sum(terms.filter(term => term.b === b)));
    }

    function signBySums(i) {
        const { book, at, num } = tools,
            place = livelyWeight(i),
            sums = perClip(i, "weight", place);
        const gradient = book.parameterGradient(i, "weight", at.step, place),
            name = `${book.nameOf(i)}.weight[${place.join(", ")}]`;
        return {
            text: `The terms of ${name}, summed over time, are for each clip: ` +
                `${sums.map(v => num(v, 3)).join("; ")}. Which sign has its gradient?`,
            choices: signs,
            right: signOf(gradient),
            why: `A weight's gradient is the sum over time and over clips: ${num(gradient)}. (The mean over clips ` +
                `is in the loss already.)`,
        };
    }

    function wayOfDescent(i) {
        const { book, at, num } = tools,
            place = randomParameter(i, "weight");
        const gradient = book.parameterGradient(i, "weight", at.step, place);
        if (!gradient) return null;
        return {
            text: `The gradient of ${book.nameOf(i)}.weight[${place.join(", ")}] is ${num(gradient)}. The loss ` +
                `falls if this weight is made a little ...`,
            choices: ["larger", "smaller"],
            right: gradient < 0 ? 0 : 1,
            why: "The gradient is the slope of the loss: the loss falls in the other direction. Plain descent " +
                "subtracts learning rate × gradient.",
        };
    }

    function outputsTouched(i) {
        const { book, count } = tools,
            l = book.layers[i],
            times = book.timesOf(i),
            clips = book.batch;
        const right = times * clips,
            all = right * l.shape[0];
        return mixed(
            `In how many outputs of the mini-batch does one weight of ${l.name} take part?`,
            [
                String(right),
                "1",
                String(times > 1 ? times : l.shape[0]),
                String(all),
                String(times > 1 ? clips : all * 2),
            ],
            times > 1
                ? `Its filter's ${times} time steps × ${count(clips, "clip")} = ${right}` +
                      (l.before ? " (where it meets the padding it gives 0)." : ".")
                : `One output of each of ${count(clips, "clip")}: a dense weight joins one input with one output.`,
        );
    }

    function inputMet(i) {
        const { book } = tools,
            conv = book.conv(i),
            r = Math.floor(Math.random() * conv.taps);
        const l = Math.floor(conv.outputs / 2),
            t = conv.timeOf(l, r);
        return mixed(
            `At output time step ${l}, which time step of the input does a weight of tap ${r} meet?`,
            [String(t), String(t + 1), String(Math.abs(l - r) === t ? t + 2 : l - r), String(l * 2 + r + 1)],
            `${l} × stride ${conv.stride} - padding ${conv.before} + tap ${r} × dilation ${conv.dilation} = ${t}.`,
        );
    }

    function biasGradient(i) {
        const { book, at, num } = tools,
            l = book.layers[i];
        const place = randomParameter(i, "bias");
        if (!place) return null;
        const [c] = place,
            flat = l.shape.length === 1,
            all = [];
        for (let b = 0; b < book.batch; b++) {
            for (let t = 0; t < book.timesOf(i); t++) all.push(book.gradient(i, at.step, b, flat ? [c] : [c, t]));
        }
        const total = all.reduce((a, v) => a + v, 0),
            largest = all.reduce((a, v) => (Math.abs(v) > Math.abs(a) ? v : a), 0);
        if (Math.abs(total) < 1e-7) return null;
        return mixed(
            `The gradients of output ${c} of ${l.name} add up to ${num(total)} over all ` +
                `clips${flat ? "" : " and time steps"}; ` +
                `the largest is ${num(largest)}. What is the gradient of ${l.name}.bias[${c}]?`,
            [num(total), num(total / all.length), num(largest), "0"],
            `The bias is added to each of these outputs, with slope 1: its gradient is the sum, ` +
                `${num(book.parameterGradient(i, "bias", at.step, [c]))} on the device.`,
        );
    }

    function signByClips(i) {
        const { book, at, num } = tools,
            place = livelyWeight(i);
        const terms = book.parameterTerms(i, "weight", place, at.step);
        const gradient = book.parameterGradient(i, "weight", at.step, place);
        return {
            text:
                `${book.nameOf(i)}.weight[${place.join(", ")}] meets these inputs, clip by clip: ` +
                    `${terms.map(one => num(one.factor, 3)).join("; ")}. ` +
                `The gradients of its output are ${terms.map(one => num(one.upstream, 3)).join("; ")}. Which sign ` +
                    `has the weight's gradient?`,
            choices: signs,
            right: signOf(gradient),
            why: `Upstream × input, summed: ${terms.map(one => num(one.product, 3)).join(" + ")} = ${num(gradient)}.`,
        };
    }

    function zeroInput(i) {
        const { book, at, num } = tools,
            from = book.layers[i].inputs[0];
        const dead = book
            .keptOf(from)
            .filter(n => book.network.clips.every((_, b) => book.output(from, at.step, b, [n]) === 0));
        if (dead.length === 0) return null;
        const n = pickOf(dead),
            o = pickOf(book.keptOf(i));
        return mixed(
            `Input ${n} of ${book.nameOf(i)} is 0 in all clips of this step (ReLU or dropout). What is the gradient ` +
                `of weight[${o}, ${n}]?`,
            ["0", "the gradient of output " + o, "the weight itself"],
            `Each term is upstream × input, and the input is 0: the gradient is ` +
                `${num(book.parameterGradient(i, "weight", at.step, [o, n]))}. ` +
                "The weight moves only by what the optimiser remembers of earlier steps.",
        );
    }

    function placeWhere(i, test) {
        const found = [...tools.book.placesOf(i)].filter(test);
        return found.length ? pickOf(found) : null;
    }

    function blockedGradient(i) {
        const { book, at, num } = tools,
            from = book.layers[i].inputs[0];
        const place =
            placeWhere(
                i,
                p => book.output(i, at.step, at.clip, p) === 0 && book.gradient(i, at.step, at.clip, p),
            ) ?? placeWhere(i, p => book.output(i, at.step, at.clip, p) === 0);
        if (!place) return null;
        const up = book.gradient(i, at.step, at.clip, place);
        return mixed(
            `x = ${num(book.output(from, at.step, at.clip, place))} came in at [${place.join(", ")}] and the ReLU ` +
                `gave 0. ` +
                `The gradient of the output is ${num(up)}. What is the gradient of x?`,
            ["0", up === 0 ? "1" : num(up), "x times the gradient of the output"],
            "A small change of x leaves the output 0, so the loss does not change: the slope is 0 and the gradient " +
                "stops here.",
        );
    }

    function passedGradient(i) {
        const { book, at, num } = tools,
            from = book.layers[i].inputs[0];
        const place = placeWhere(
            i,
            p => book.output(i, at.step, at.clip, p) > 0 && book.gradient(i, at.step, at.clip, p),
        );
        if (!place) return null;
        const up = book.gradient(i, at.step, at.clip, place),
            x = book.output(from, at.step, at.clip, place);
        return mixed(
            `x = ${num(x)} came in at [${place.join(", ")}]. The gradient of the ReLU's output is ${num(up)}. What ` +
                `is the gradient of x?`,
            [num(up), "0", num(up * x), "1"],
            "Where x is above 0 the output is x itself: slope 1, the gradient passes unchanged.",
        );
    }

    function shareOfZeros(i) {
        const { book, at } = tools,
            places = [...book.placesOf(i)];
        const zeros = places.filter(p => book.output(i, at.step, at.clip, p) === 0).length;
        const ranges = [
            "less than a quarter",
            "a quarter to a half",
            "a half to three quarters",
            "three quarters or more",
        ];
        return {
            text: `What share of the outputs of ${book.nameOf(i)} is 0 for the chosen clip? (Look at the drawing.)`,
            choices: ranges,
            right: Math.min(3, Math.floor((4 * zeros) / places.length)),
            why: `${zeros} of ${places.length}. No gradient goes back through them.`,
        };
    }

    function winnerTakes(i) {
        const { book, at, num } = tools,
            from = book.layers[i].inputs[0];
        const place = placeWhere(i, p => {
            const [start, end] = book.window(i, p[1]);
            return (
                end - start > 1 &&
                book.gradient(i, at.step, at.clip, p) &&
                book.output(from, at.step, at.clip, [p[0], start]) !==
                    book.output(from, at.step, at.clip, [p[0], start + 1])
            );
        });
        if (!place) return null;
        const [c, j] = place,
            [start, end] = book.window(i, j),
            best = book.winner(i, at.step, at.clip, c, j);
        const times = [...Array(end - start).keys()].map(t => t + start);
        const held = t => `${num(book.output(from, at.step, at.clip, [c, t]))} (time ${t})`;
        return {
            text:
                `The window of output [${c}, ${j}] holds ` +
                    `${times.map(held).join(" and ")}. ` +
                `The output's gradient is ${num(book.gradient(i, at.step, at.clip, place))}. Which input gets it?`,
            choices: [...times.map(t => `time ${t}, all of it`), "each a part of it"],
            right: times.indexOf(best),
            why: `Only the largest moves the output: time ${best}. The others could change a little and the output ` +
                `would not.`,
        };
    }

    function shareOfWindow(i) {
        const { book } = tools,
            l = book.layers[i],
            length = book.timesOf(l.inputs[0]);
        if (l.settings.stride < l.settings.window) return null;
        return mixed(
            `A channel has ${length} time steps before ${l.name} and ${l.shape[1]} after it. How many of the ` +
                `${length} can get a gradient above or below 0?`,
            [`at most ${l.shape[1]}`, `all ${length}`, "exactly 1"],
            "One winner in each window; all others get 0.",
        );
    }

    function sharedGradient(i) {
        const { book, at, num } = tools,
            place = placeWhere(
                i,
                p =>
                    book.gradient(i, at.step, at.clip, p) &&
                    (book.layers[i].type !== "global_mean_max_pool" ||
                        p[0] < book.shapeOf(book.layers[i].inputs[0])[0]),
            );
        if (!place) return null;
        const g = book.gradient(i, at.step, at.clip, place),
            counted = book.window(i, place[1] ?? 0)[2];
        return mixed(
            `The mean [${place.join(", ")}] of ${counted} time steps has the gradient ${num(g)}. How much of it ` +
                `does each time step get?`,
            [num(g / counted), num(g), "the largest gets all", num(g * counted)],
            `Each is 1/${counted} of the mean, so each gets 1/${counted} of the gradient.`,
        );
    }

    function globalWinner(i) {
        const { book, at } = tools,
            from = book.layers[i].inputs[0],
            c = pickOf(book.keptOf(from)),
            length = book.timesOf(from);
        const best = book.winner(i, at.step, at.clip, c, 0);
        return mixed(
            `Which time steps of channel ${c} get the gradient of its maximum over all time?`,
            [`time ${best} alone`, `all ${length} alike`, "the first and the last"],
            `The maximum is at time ${best}; where values are equal, the first of them is taken.`,
        );
    }

    function droppedGradient(i) {
        const { book, at, num } = tools,
            l = book.layers[i];
        const place = placeWhere(i, p => book.value("mask of " + l.name, at.step, [at.clip, ...p]) === 0);
        if (!place) return null;
        const up = book.gradient(i, at.step, at.clip, place);
        return mixed(
            `Number [${place.join(", ")}] is dropped in this step; its output, 0, has the gradient ${num(up)}. What ` +
                `gradient does its input get?`,
            ["0", up === 0 ? "1" : num(up), up === 0 ? "2" : num(2 * up)],
            "The output is input × 0, whatever the input: the slope is the mask, 0. In the next step another mask " +
                "is drawn.",
        );
    }

    function scaleOfKept(i) {
        const { book, num } = tools,
            rate = book.layers[i].settings.rate;
        return mixed(
            `Dropout drops with probability ${num(rate)}. What happens to a number that stays?`,
            [`it is multiplied by ${num(1 / (1 - rate))}`, "nothing", `it is multiplied by ${num(1 - rate)}`],
            "Multiplied by 1 / (1 - rate), the expected sum of what comes out is that of what went in, and " +
                "prediction needs no correction.",
        );
    }

    function dropoutInPrediction() {
        return mixed(
            "What does dropout do when a trained network predicts?",
            ["nothing: all numbers pass unchanged", "it drops as in training", "it halves all numbers"],
            "It acts in training alone; the scale in training makes up for it.",
        );
    }

    function meanOfOutput(i) {
        const { book, at, num } = tools,
            l = book.layers[i],
            c = pickOf(l.kept);
        const bias = book.parameter(i, "bias", at.step, [c]),
            weight = book.parameter(i, "weight", at.step, [c]);
        return mixed(
            `The weight of channel ${c} of ${l.name} is ${num(weight)}, its bias ${num(bias)}. What is the mean of ` +
                `the channel's outputs over all clips and time?`,
            [num(bias), num(weight), num(book.statistics(i, at.step, c).mean), num(weight + bias)],
            "The normalised input has the mean 0 and (nearly) the variance 1. Times the weight, the mean stays 0; " +
                "then the bias is added.",
        );
    }

    function sumOfInputGradients(i) {
        const { book, at, num } = tools,
            l = book.layers[i],
            c = pickOf(l.kept),
            from = l.inputs[0];
        let total = 0;
        for (let b = 0; b < book.batch; b++) {
            for (let t = 0; t < book.timesOf(i); t++)
                total += book.gradient(from, at.step, b, l.shape.length === 1 ? [c] : [c, t]);
        }
        return mixed(
            `Add up the gradients of the inputs of channel ${c} of ${l.name} over all clips and time. What comes out?`,
            ["0, but for rounding", "the gradient of the bias", "the gradient of the weight"],
            `If all inputs of a channel rise by the same amount, so does the mean, and no output changes. Here the ` +
                `sum is ${num(total)}.`,
        );
    }

    function doubledInput(i) {
        return mixed(
            `All inputs of a channel of ${tools.book.nameOf(i)} are doubled. What happens to its outputs in training?`,
            ["they stay the same, but for epsilon", "they double", "they are halved"],
            "Mean and root of the variance double as well, and cancel it: a convolution before it needs no bias, " +
                "and its scale does not matter.",
        );
    }

    function flattenLearns(i) {
        const { book } = tools,
            l = book.layers[i],
            shape = book.shapeOf(l.inputs[0]);
        if (shape.length < 2) return null;
        const c = Math.min(1, shape[0] - 1),
            t = Math.min(2, shape[1] - 1);
        return mixed(
            `The input is [${shape.join(", ")}]. Where does channel ${c}, time ${t} come to stand?`,
            [String(c * shape[1] + t), String(t * shape[0] + c), String(c + t)],
            `Channel × ${shape[1]} + time: one channel after the other.`,
        );
    }

    function addGradient(i) {
        return mixed(
            `The output of ${tools.book.nameOf(i)} has the gradient g. What do its inputs get?`,
            ["g each", "half of g each", "the larger input gets g"],
            "The slope by each input is 1. So a shortcut carries the gradient back unchanged.",
        );
    }

    function signOfTrueLogit() {
        const { book, at, num, clipName } = tools,
            one = book.loss(at.step)[at.clip];
        return {
            text: `${clipName(at.clip)}: the true class has the probability ` +
                `${num(one.probabilities[one.target], 3)}. Which sign has the gradient of its logit?`,
            choices: signs,
            right: signOf(one.gradient[one.target]),
            why: `(probability - share) / clips = ${num(one.gradient[one.target])}: the loss falls when the true ` +
                `class's logit rises.`,
        };
    }

    function sumOfLogits() {
        const { book, at, num } = tools,
            one = book.loss(at.step)[at.clip];
        return mixed(
            "Add up the gradients of all logits of one clip. What comes out?",
            ["0, but for rounding", "1", "the loss of the clip"],
            `Probabilities add up to 1, and so do the shares of the true class. Here: ${num(
                one.gradient.reduce((a, v) => a + v, 0),
                2,
            )}. ` + "Adding the same number to all logits changes nothing.",
        );
    }

    function lossOfProbability() {
        const { book, at, num, clipName } = tools,
            one = book.loss(at.step)[at.clip],
            p = one.probabilities[one.target];
        if (book.network.label_smoothing || book.network.class_weights) return null;
        return mixed(
            `${clipName(at.clip)}: the true class has the probability ${num(p, 3)}. What is the clip's loss?`,
            [num(-Math.log(p), 3), num(1 - p, 3), num(p, 3), num(-Math.log(1 - p), 3)],
            "The cross-entropy of one clip is minus the logarithm of the true class's probability.",
        );
    }

    // Of any layer that learns.
    function firstStepOfAdam(i) {
        const { book, at, num } = tools,
            o = book.network.optimizer,
            rate = book.network.learning_rate;
        if (book.network.steps[at.step].number !== 1 || !["adam", "adamw"].includes(o.type) || o.weight_decay)
            return null;
        const place = randomParameter(i, "weight");
        const gradient = place && book.parameterGradient(i, "weight", at.step, place);
        if (!gradient || Math.abs(gradient) < 1e-5) return null;
        return mixed(
            `This is step 1 of Adam at learning rate ${num(rate)}. weight[${place.join(", ")}] has the gradient ` +
                `${num(gradient)}. How far does it move?`,
            [`about ${num(rate)}`, num(Math.abs(rate * gradient)), num(Math.abs(gradient))],
            "At step 1 m' is the gradient and sqrt(v') its size: their quotient is 1 or -1, whatever the gradient's " +
                "size.",
        );
    }

    function ask() {
        const { book, el } = tools,
            form = document.getElementById("question");
        document.getElementById("answer").replaceChildren();
        let question = null;
        for (let tries = 0; tries < 3 * deck.length && !question; tries++)
            question = deck[asked++ % deck.length](layer);
        if (!question) {
            form.replaceChildren(el("p", { class: "quiet" }, "No question about this layer at this step."));
            return;
        }

        const commit = el("button", { type: "submit", class: "strong", disabled: true }, "Commit to this answer");
        const inputs = question.choices.map((_, n) =>
            el("input", {
                type: "radio",
                name: "choice",
                value: n,
                onchange: () => {
                    commit.disabled = false;
                },
            }),
        );
        form.replaceChildren(
            el(
                "fieldset",
                null,
                el("p", { id: "question-text" }, question.text),
                ...question.choices.map((choice, n) => el("label", null, inputs[n], " " + choice)),
            ),
            el("p", null, commit),
        );
        form.firstChild.setAttribute("aria-labelledby", "question-text");
        form.onsubmit = event => {
            event.preventDefault();
            const chosen = inputs.findIndex(input => input.checked);
            if (chosen < 0 || commit.hidden) return;
            const right = chosen === question.right;
            answered++;
            if (right) correct++;
            inputs.forEach(input => {
                input.disabled = true;
            });
            commit.hidden = true;
            document
                .getElementById("answer")
                .replaceChildren(
                    el(
                        "p",
                        null,
                        el("strong", { class: right ? "right" : "wrong" }, right ? "Right. " : "No. "),
                        right ? "" : `It is: ${question.choices[question.right]}. `,
                        question.why,
                    ),
                );
            document.getElementById("score").textContent = `${correct} of ${answered} right so far`;
        };
    }

    return {
        setUp(given) {
            tools = given;
            document.getElementById("another").addEventListener("click", () => {
                ask();
                document.querySelector("#question input")?.focus();
            });
        },
        // A new deck for the layer that was opened, or for the step that was chosen.
        begin(i) {
            layer = i;
            const own = tools.book.layers[i],
                makes = [...(makers[own.type] ?? [])];
            if (i === tools.book.layers.length - 1) makes.push(...forLast);
            if (own.parameters.some(one => one.name === "weight")) makes.push(firstStepOfAdam);
            deck = shuffled(makes);
            asked = 0;
            document.getElementById("questions-title").textContent = `Questions about ${own.name}`;
            ask();
        },
        makers,
        forLast,
    };
})();
if (typeof module !== "undefined") module.exports = Questions;
