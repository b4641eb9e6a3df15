// From the operators of an exported network to the steps of a C function. Time goes first there, [T][C]: frames come
// one after another, and the innermost loops run over filters or channels, which lie side by side. So
//   a ReLU behind a convolution, a dense layer or a sum that nothing else reads goes into it;
//   a flatten costs nothing where dense layers alone read it: the order goes into their weights;
//   with ranges, values are whole numbers, except what softmax and the normalisations by a clip's own mean need.
using NativeCnn.Model.Exports;
using NativeCnn.Model.Exports.Operators;
using NativeCnn.Tools.Exporting.C.Quantisation;
using NativeCnn.Tools.Exporting.C.Steps;

namespace NativeCnn.Tools.Exporting.C;

/// <summary>
/// Makes a <see cref="CNetwork"/> of an <see cref="ExportGraph"/> whose batch normalisations are folded.
/// </summary>
internal sealed class CLowering
{
    private readonly ExportGraph graph;
    private readonly Func<string, int, float>? ranges;
    private readonly IReadOnlyDictionary<string, FilterInputs>? inputs;
    private readonly Func<string, bool> isWide;
    private readonly Dictionary<ExportValue, CValue> values = [];
    private readonly Dictionary<CValue, CValue> inFloats = [];
    private readonly List<CStep> steps = [];
    private readonly List<string> left = [];
    private readonly List<string> quantised = [];
    private CValue? quantisedInput;

    private CLowering(
        ExportGraph graph, Func<string, int, float>? ranges, Func<string, bool>? isWide,
        IReadOnlyDictionary<string, FilterInputs>? inputs)
    {
        this.inputs = inputs;
        this.graph = graph;
        this.ranges = ranges;
        this.isWide = isWide ?? (_ => false);
    }

    /// <summary>The steps of a network.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="ranges">
    /// Up to which size the numbers of a value shall reach, by its name and the largest whole number that there is for
    /// it; null for floats.
    /// </param>
    /// <param name="isWide">True for a value of 16 bits, by its name; all have 8 without it.</param>
    /// <param name="inputs">
    /// What the filters of a layer read, by the name of its output, so that rounded weights change the output little;
    /// null where that is not known.
    /// </param>
    /// <exception cref="ExportException">An operator has no form in C.</exception>
    public static CNetwork Of(
        ExportGraph graph, Func<string, int, float>? ranges = null, Func<string, bool>? isWide = null,
        IReadOnlyDictionary<string, FilterInputs>? inputs = null) =>
        new CLowering(graph, ranges, isWide, inputs).Lower();

    private CNetwork Lower()
    {
        var input = new CValue(graph.Input.Name, graph.Input.Time, graph.Input.Channels);
        values.Add(graph.Input, input);
        foreach (ExportOperator one in graph.Operators)
        {
            // A ReLU that a step before it took in is there already.
            if (!values.ContainsKey(one.Output))
            {
                Add(one);
            }
        }

        return new CNetwork(input, InFloats(values[graph.Output]), steps, left) { Quantised = quantised };
    }

    private void Add(ExportOperator one)
    {
        switch (one)
        {
            case ConvOperator conv:
                AddFilters(conv, (x, y, relu) => new ConvStep(conv, x, y, relu, inputs?.GetValueOrDefault(y.Name)));
                break;
            case DenseOperator dense:
                AddFilters(dense, (x, y, relu) => new DenseStep(dense, x, y, relu, inputs?.GetValueOrDefault(y.Name)));
                break;
            case FunctionOperator function
                when IsQuantised(one) && HasNoTable(one, values[one.X].Number == CNumber.Int16):
                InFloatsAround(one, (x, y) => new FunctionStep(function, x, y));
                break;
            case FunctionOperator function:
                CValue before = Input(one);
                CValue after = New(one.Output, IsNeverNegative(function));
                after.Folded = before.Folded;
                steps.Add(new FunctionStep(function, before, after));
                break;
            case PoolOperator pool:
                steps.Add(pool.Mean
                    ? new PoolStep(pool, Input(one), New(one.Output, Input(one).IsNeverNegative))
                    : new PoolStep(pool, Input(one), As(Input(one), one.Output)));
                break;
            case GlobalPoolOperator pool:
                steps.Add(pool.Mean
                    ? new GlobalPoolStep(true, Input(one), New(one.Output, Input(one).IsNeverNegative))
                    : new GlobalPoolStep(false, Input(one), As(Input(one), one.Output)));
                break;
            case FlattenOperator:
                AddFlatten(one);
                break;
            case AddOperator:
                AddSum(one);
                break;
            case ConcatOperator:
                CValue[] parts = [.. one.Inputs.Select((_, i) => Input(one, i))];
                steps.Add(new ConcatStep(parts, New(one.Output, parts.All(part => part.IsNeverNegative))));
                break;
            case ScaleOperator:
                (CValue scaled, CValue gate) = (Input(one), Input(one, 1));
                steps.Add(new ScaleStep(
                    scaled, gate, New(one.Output, scaled.IsNeverNegative && gate.IsNeverNegative)));
                break;
            case AffineOperator affine:
                steps.Add(new AffineStep(affine, Input(one), New(one.Output, isNeverNegative: false)));
                break;
            case GroupNormOperator norm:
                InFloatsAround(one, (x, y) => new NormStep(x, y, norm.Weight, norm.Bias, norm.Groups, norm.Epsilon));
                break;
            case LayerNormOperator norm:
                InFloatsAround(one, (x, y) => new NormStep(x, y, norm.Weight, norm.Bias, null, norm.Epsilon));
                break;
            case SoftmaxOperator softmax:
                InFloatsAround(one, (x, y) => new SoftmaxStep(x, y, softmax.Logarithm));
                break;
            default:
                throw new ExportException(
                    $"{one.Output.Name}: C has no {one.GetType().Name} yet; export the run as onnx");
        }
    }

    private void AddFilters(ExportOperator one, Func<CValue, CValue, bool, CStep> step)
    {
        FunctionOperator? relu = ReluBehind(one);
        CValue x = ranges is null ? values[one.X] : Quantised(values[one.X]);
        ExportValue output = relu?.Output ?? one.Output;
        var y = new CValue(output.Name, output.Time, output.Channels) { IsNeverNegative = relu is not null };
        values.Add(output, y);
        if (ranges is not null && output != graph.Output)
        {
            SetNumber(y, output.Name);
        }

        if (relu is not null)
        {
            // So that nobody looks for it: the value before the ReLU is never there.
            values.TryAdd(one.Output, y);
        }

        steps.Add(step(x, y, relu is not null));
    }

    /// <summary>A ReLU that alone reads what an operator gives; null where there is none.</summary>
    private FunctionOperator? ReluBehind(ExportOperator one) => graph.UsesOf(one.Output) != 1 ? null : graph.Operators
        .OfType<FunctionOperator>()
        .FirstOrDefault(other => other.Function == ExportFunction.Relu && other.X == one.Output);

    private void AddFlatten(ExportOperator one)
    {
        CValue x = Input(one);
        if (x.Time > 1 && x.Channels > 1 &&
            !(x.Folded is null && IsReadByDenseAlone(one.Output, x.Number == CNumber.Int16)))
        {
            steps.Add(new FlattenStep(x, As(x, one.Output)));
            return;
        }

        values.Add(one.Output, new CValue(one.Output.Name, 1, x.Length)
        {
            Root = x,
            Number = x.Number,
            Scale = x.Scale,
            IsNeverNegative = x.IsNeverNegative,
            Folded = x.Folded ?? (x.Time > 1 && x.Channels > 1 ? (x.Time, x.Channels) : null),
        });
    }

    private bool IsReadByDenseAlone(ExportValue value, bool hasWideNumbers) => value != graph.Output && graph.Operators
        .Where(one => one.Inputs.Contains(value))
        .All(one => one is DenseOperator
            || (one is FunctionOperator && !(ranges is not null && HasNoTable(one, hasWideNumbers))
                && IsReadByDenseAlone(one.Output, hasWideNumbers: false)));

    private void AddSum(ExportOperator one)
    {
        FunctionOperator? relu = ReluBehind(one);
        ExportValue output = relu?.Output ?? one.Output;
        bool isQuantised = ranges is not null && output != graph.Output;
        CValue[] terms =
            [.. one.Inputs.Select(term => isQuantised ? Quantised(values[term]) : InFloats(values[term]))];
        CValue sum = New(output, relu is not null || terms.All(term => term.IsNeverNegative));
        values.TryAdd(one.Output, sum);
        CValue partial = terms.Length > 2 && relu is not null
            ? new CValue(one.Output.Name, one.Output.Time, one.Output.Channels)
            : sum;
        if (partial != sum && isQuantised)
        {
            SetNumber(partial, output.Name);
        }

        for (int i = 1; i < terms.Length; i++)
        {
            bool isLast = i == terms.Length - 1;
            steps.Add(new AddStep(
                i == 1 ? terms[0] : partial, terms[i], isLast ? sum : partial, isLast && relu is not null));
        }
    }

    /// <summary>A step that takes and gives floats, between whole numbers where those are asked for.</summary>
    private void InFloatsAround(ExportOperator one, Func<CValue, CValue, CStep> step)
    {
        CValue x = InFloats(values[one.X]);
        if (ranges is null || one.Output == graph.Output)
        {
            CValue only = new(one.Output.Name, one.Output.Time, one.Output.Channels);
            values.Add(one.Output, only);
            steps.Add(step(x, only));
            return;
        }

        left.Add(one.Output.Name);
        var y = new CValue(one.Output.Name + "_float", one.Output.Time, one.Output.Channels);
        steps.Add(step(x, y));
        bool isNeverNegative = one is SoftmaxOperator { Logarithm: false }
            || (one is FunctionOperator function && IsNeverNegative(function));
        steps.Add(new RescaleStep(y, New(one.Output, isNeverNegative), "quantised"));
    }

    private static bool IsNeverNegative(FunctionOperator function) =>
        function.Function is ExportFunction.Relu or ExportFunction.Sigmoid;

    /// <summary>
    /// Whether a function has an argument or a result of 16 bits, for which a table would be too long.
    /// </summary>
    private bool HasNoTable(ExportOperator one, bool takesWideNumbers) =>
        takesWideNumbers || isWide(one.Output.Name);

    /// <summary>Whether an operator computes in whole numbers.</summary>
    private bool IsQuantised(ExportOperator one) => ranges is not null && one.Output != graph.Output;

    private CValue Input(ExportOperator one, int index = 0)
    {
        CValue value = values[one.Inputs[index]];
        return IsQuantised(one) ? Quantised(value) : InFloats(value);
    }

    /// <summary>A new value of an operator, whole numbers where those are asked for.</summary>
    private CValue New(ExportValue output, bool isNeverNegative)
    {
        var y = new CValue(output.Name, output.Time, output.Channels) { IsNeverNegative = isNeverNegative };
        values.Add(output, y);
        if (ranges is not null && output != graph.Output)
        {
            SetNumber(y, output.Name);
        }

        return y;
    }

    /// <summary>A new value of the numbers of another, at the same scale.</summary>
    private CValue As(CValue x, ExportValue output)
    {
        var y = new CValue(output.Name, output.Time, output.Channels)
        {
            Number = x.Number,
            Scale = x.Scale,
            IsNeverNegative = x.IsNeverNegative,
        };
        values.Add(output, y);
        return y;
    }

    private void SetNumber(CValue value, string name)
    {
        if (!quantised.Contains(name))
        {
            quantised.Add(name);
        }

        value.Number = isWide(name) ? CNumber.Int16 : value.IsNeverNegative ? CNumber.UInt8 : CNumber.Int8;
        float largest = ranges!(name, value.Number.Most());
        value.Scale = (largest > 0 ? largest : 1) / value.Number.Most();
    }

    private CValue Quantised(CValue value)
    {
        if (value.Number != CNumber.Float32)
        {
            return value;
        }

        // Floats among whole numbers are the network's input, and a flatten of it.
        if (quantisedInput is null || quantisedInput.Length != value.Length)
        {
            quantisedInput = new CValue(value.Name + "_quantised", value.Time, value.Channels)
            {
                Folded = value.Folded,
            };
            SetNumber(quantisedInput, graph.Input.Name);
            steps.Add(new RescaleStep(value, quantisedInput, "quantised"));
        }

        return quantisedInput;
    }

    private CValue InFloats(CValue value)
    {
        if (value.Number == CNumber.Float32)
        {
            return value;
        }

        if (!inFloats.TryGetValue(value, out CValue? floats))
        {
            inFloats[value] = floats = new CValue(value.Name + "_floats", value.Time, value.Channels)
            {
                Folded = value.Folded,
                IsNeverNegative = value.IsNeverNegative,
            };
            steps.Add(new RescaleStep(value, floats, "in floats"));
        }

        return floats;
    }
}
