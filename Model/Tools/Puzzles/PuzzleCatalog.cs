// The puzzles. Each is the backward pass of a layer, so that the check of gradients (Model/GradientChecks) checks them
// all: the layer runs with the kernel of the file in place of its own.
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Tools.Puzzles;

/// <summary>The puzzles by number.</summary>
public static class PuzzleCatalog
{
    private const int GroupOfRace = 128;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Puzzle> All { get; } =
    [
        new Puzzle
        {
            Number = 1,
            Name = "sign",
            Task = "the gradient of tanh is too large",
            Hints =
            [
                "Compare what you got with what was wanted where y is near 1 or -1, and where y is near 0.",
                "tanh is flat far from 0: its derivative goes to 0 there. What does the factor go to?",
                "d tanh(x) / dx = 1 - tanh(x)^2.",
            ],
            Right = new ActivationLayer { Function = ActivationKind.Tanh },
            Input = new Shape(4, 6),
            Backward = static (kernels, at, _) => kernels.LaunchOver("Backward", at.Y.Length, new()
            {
                ["Y"] = at.Y.View, ["DY"] = at.DY!.View, ["DX"] = Assigned(at).View, ["Length"] = at.Y.Length,
            }),
        },
        new Puzzle
        {
            Number = 2,
            Name = "batch",
            Task = "the gradient of a dense layer's weights knows one clip alone",
            Hints =
            [
                "A weight takes part in an output of every clip. How many terms has its gradient?",
                "dWeight[o,i] is a sum over b. Which clips are in what the loop leaves?",
                "Each turn of the loop forgets the turns before it: add to the sum.",
            ],
            Right = new DenseLayer { Outputs = 5 },
            Input = new Shape(1, 7),
            IsFlat = true,
            BatchSize = 4,
            Backward = static (kernels, at, right) =>
            {
                right.Backward();
                Tensor<float> gradient = Emptied(at["weight"].Gradient!);
                kernels.LaunchOver("BackwardWeight", gradient.Length, new()
                {
                    ["X"] = at.X.View, ["DY"] = at.DY!.View, ["DWeight"] = gradient.View, ["Batch"] = at.Batch,
                    ["Inputs"] = 7, ["Outputs"] = 5,
                });
            },
        },
        new Puzzle
        {
            Number = 3,
            Name = "tap",
            Task = "the gradient of a convolution's input comes from the wrong steps",
            Hints =
            [
                "x[b,c,t] is used in the outputs l with l + r = t. Which are these for t = 0?",
                "At t = 0 there is one output that uses x[b,c,0], by its first tap, and the kernel finds none.",
                "l + r = t, so l = t - r.",
            ],
            Right = new Conv1dLayer { Filters = 3, Taps = 4 },
            Input = new Shape(2, 9),
            Backward = static (kernels, at, right) =>
            {
                right.Backward();
                kernels.LaunchOver("BackwardInput", at.X.Length, new()
                {
                    ["Weight"] = at["weight"].Value.View, ["DY"] = at.DY!.View, ["DX"] = Assigned(at).View,
                    ["Batch"] = at.Batch, ["Channels"] = 2, ["Length"] = 9, ["Filters"] = 3, ["Taps"] = 4,
                });
            },
        },
        new Puzzle
        {
            Number = 4,
            Name = "dropout",
            Task = "what dropout hands back is too small",
            Hints =
            [
                "By what number are all gradients wrong? It is the same for each, and follows from the rate.",
                "dX = dY dy/dx. What is dy/dx of an element that is kept?",
                "The mask is the derivative: 1 / (1 - Rate), not 1, where an element is kept.",
            ],
            Right = new DropoutLayer { Rate = 0.25f },
            Input = new Shape(4, 6),
            Backward = static (kernels, at, right) => kernels.LaunchOver("Backward", at.Y.Length, new()
            {
                ["Mask"] = ((DropoutStage)right).Mask.View, ["DY"] = at.DY!.View, ["DX"] = Assigned(at).View,
                ["Length"] = at.Y.Length, ["Rate"] = 0.25f,
            }),
        },
        new Puzzle
        {
            Number = 5,
            Name = "softmax",
            Task = "the gradient of softmax forgets that a row sums to 1",
            Hints =
            [
                "x[c] changes y[c], and it changes all other y of its row too.",
                "dy[k]/dx[c] = y[k] ([k = c] - y[c]). Sum dY[k] times that over k; the kernel has k = c alone.",
                "dX[c] = y[c] (dY[c] - sum over k of dY[k] y[k]): the sum is one number a row.",
            ],
            Right = new SoftmaxLayer(),
            Input = new Shape(1, 6),
            IsFlat = true,
            BatchSize = 3,
            Backward = static (kernels, at, _) => kernels.LaunchOver("Backward", at.Batch, new()
            {
                ["Y"] = at.Y.View, ["DY"] = at.DY!.View, ["DX"] = Assigned(at).View, ["Rows"] = at.Batch,
                ["Classes"] = at.Y.Length / at.Batch,
            }),
        },
        new Puzzle
        {
            Number = 6,
            Name = "maximum",
            Task = "the gradient of a maximum goes to the wrong step, in some windows",
            Hints =
            [
                "Take the window 1, 3, 2. Which step does the first loop end with?",
                "It ends with the last step that is larger than the first. Larger than what should it be?",
                "Compare with the largest so far: a.X[place], not a.X[first].",
            ],
            Right = new MaxPool1dLayer { Window = 3, Stride = 3 },
            Input = new Shape(4, 12),
            Backward = static (kernels, at, _) => kernels.LaunchOver("Backward", at.Y.Length, new()
            {
                ["X"] = at.X.View, ["DY"] = at.DY!.View, ["DX"] = Assigned(at).View, ["Windows"] = at.Y.Length,
                ["Window"] = 3,
            }),
        },
        new Puzzle
        {
            Number = 7,
            Name = "race",
            Task = "threads read sums that others may not have written yet",
            Hints =
            [
                "Groups of 32 threads run at different speeds. Who may still be at work when thread 0 reads sums[32]?",
                "sums[32] is written by thread 32 in the turn before. The barrier before the loop does not wait for it.",
                "Every turn reads what the turn before wrote: all threads wait at its beginning, or at its end.",
            ],
            Right = new DenseLayer { Outputs = 2 },
            Input = new Shape(1, 3),
            IsFlat = true,
            BatchSize = 160,
            Backward = static (kernels, at, right) =>
            {
                right.Backward();
                kernels.Launch("SumOverBatch", 2, GroupOfRace, new()
                {
                    ["DY"] = at.DY!.View, ["DBias"] = Emptied(at["bias"].Gradient!).View, ["Batch"] = at.Batch,
                    ["Outputs"] = 2,
                });
            },
        },
        new Puzzle
        {
            Number = 8,
            Name = "sectors",
            Task = "a kernel with right numbers reads its memory in several times as many pieces as it need",
            Hints =
            [
                "Threads i and i + 1 are neighbours. Where do they read?",
                "They read Columns apart. Which of row and column should change from a thread to the next?",
                "Let neighbours differ in the column: row = i / Columns, column = i % Columns; or at = i.",
            ],
            Right = new ReluLayer(),
            Input = new Shape(16, 32),
            CountsSectors = true,
            Backward = static (kernels, at, _) => kernels.LaunchOver("Backward", at.Y.Length, new()
            {
                ["Y"] = at.Y.View, ["DY"] = at.DY!.View, ["DX"] = Assigned(at).View, ["Rows"] = at.Y.Length / 32,
                ["Columns"] = 32,
            }),
        },
    ];

    /// <summary>The puzzle of a number, or of a name.</summary>
    /// <exception cref="PuzzleException">There is none.</exception>
    public static Puzzle Find(string numberOrName) => All.FirstOrDefault(one =>
        $"{one.Number}" == numberOrName || one.Name.Equals(numberOrName, StringComparison.OrdinalIgnoreCase)) ??
        throw new PuzzleException(
            $"there is no puzzle '{numberOrName}'{Suggestion.Before(numberOrName, All.Select(one => one.Name))} " +
            $"there are 1 to {All.Count}, see `nativecnn puzzles`");

    /// <summary>The gradient of the input; NaN where the kernel writes nothing.</summary>
    private static Tensor<float> Assigned(StagePlan at)
    {
        float[] nothing = new float[at.DX!.Length];
        Array.Fill(nothing, float.NaN);
        at.DX.CopyFrom(nothing);
        return at.DX;
    }

    private static Tensor<float> Emptied(Tensor<float> gradient)
    {
        gradient.Clear();
        return gradient;
    }
}
