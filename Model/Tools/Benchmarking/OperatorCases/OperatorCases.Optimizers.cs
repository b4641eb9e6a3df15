// One step over a flat buffer. Operations a parameter, 2 of them for the weight decay:
//   SGD      7: 3 for the momentum, 2 for the update
//   RMSprop  11: 4 for the mean square, 5 for the root, the quotient and the update
//   Adam     15: 3 for m, 4 for v, 6 for the root, the quotient and the update
// Around it: 3 for the decay, 3 to clip, 3 for a share of the step, 3 for the moving average, 1 to scale.
// Bytes: parameter, gradient and every moment read and written; a copy that the device makes by itself is not counted.
//
// A step sets the gradients to zero, and moments that nothing feeds would shrink into subnormal numbers, which
// processors are slow at. So parameters stay (learning rate 0) and feed the moments through the weight decay. The first
// step, of planning, learns: what it makes of the parameters is verified.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private const float DecayRate = 0.1f;

    private static List<KernelCase> Optimizers(CaseSizes sizes)
    {
        Conv1dShape conv = Article(sizes);
        int inputs = conv.Filters * (conv.OutputLength / 2);
        int parameters = conv.Weight.Length + conv.Filters + (128 * (inputs + 1)) + (Classes * 129);
        List<KernelCase> cases = [
            AdamOf(parameters), SgdOf(parameters), RmsPropOf(parameters), WeightDecayOf(parameters),
            GradientClipOf(parameters), RateFactorsOf(parameters), MovingAverageOf(parameters), ScaleByOf(parameters),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            cases.Add(AdamOf(ManyElements));
        }

        if (sizes >= CaseSizes.Large)
        {
            cases.Add(SgdOf(ManyElements));
        }

        return cases;
    }

    private static KernelCase AdamOf(int parameters) => Case<Adam>(
        "adam", $"{parameters}", 15.0 * parameters, 8.0 * parameters,
        device => Step(device, parameters, (values, gradients, progress) =>
            new Adam(device, values, gradients, progress, new AdamOptions { WeightDecay = DecayRate })),
        "adam") with
    { Resizing = new CaseResizing("N", n => AdamOf(n[0])) };

    private static KernelCase SgdOf(int parameters) => Case<Sgd>(
        "sgd", $"{parameters}, momentum", 7.0 * parameters, 6.0 * parameters,
        device => Step(device, parameters, (values, gradients, progress) => new Sgd(
            device, values, gradients, progress, new SgdOptions { Momentum = 0.9f, WeightDecay = DecayRate })),
        "sgd") with
    { Resizing = new CaseResizing("N", n => SgdOf(n[0])) };

    private static KernelCase RmsPropOf(int parameters) => Case<RmsProp>(
        "rmsprop", $"{parameters}", 11.0 * parameters, 6.0 * parameters,
        device => Step(device, parameters, (values, gradients, progress) =>
            new RmsProp(device, values, gradients, progress, new RmsPropOptions { WeightDecay = DecayRate }))) with
    { Resizing = new CaseResizing("N", n => RmsPropOf(n[0])) };

    private static KernelCase WeightDecayOf(int parameters) => Case<WeightDecay>(
        "weight-decay", $"{parameters}", 3.0 * parameters, 3.0 * parameters,
        device => () =>
        {
            var shape = new Shape(parameters);
            Tensor<float> values = Noise(device, shape), gradients = Noise(device, shape), rate = Ones(device, new(1));
            // What decays for ever becomes subnormal: the shares are 0 after the first step, that of planning.
            Tensor<float> shares = Noise(device, shape);
            var decay = new WeightDecay(device, shares, DecayRate, decoupled: true);
            decay.Apply(values, gradients, rate);
            shares.Clear();
            return () => decay.Apply(values, gradients, rate);
        }) with
    { Resizing = new CaseResizing("N", n => WeightDecayOf(n[0])) };

    private static KernelCase GradientClipOf(int parameters) => Case<GradientClip>(
        "gradient-clip", $"{parameters}", 3.0 * parameters, 3.0 * parameters,
        device => () =>
        {
            Tensor<float> gradients = Noise(device, new Shape(parameters));
            var clip = new GradientClip(device, parameters, 1f);
            return () => clip.Apply(gradients);
        }) with
    { Resizing = new CaseResizing("N", n => GradientClipOf(n[0])) };

    private static KernelCase RateFactorsOf(int parameters) => Case<RateFactors>(
        "rate-factors", $"{parameters}", 3.0 * parameters, 4.0 * parameters,
        device => () =>
        {
            Tensor<float> values = Noise(device, new Shape(parameters));
            var rates = new RateFactors(device, Noise(device, new Shape(parameters)));
            return () =>
            {
                rates.Begin(values);
                rates.End(values);
            };
        }) with
    { Resizing = new CaseResizing("N", n => RateFactorsOf(n[0])) };

    private static KernelCase MovingAverageOf(int parameters) => Case<MovingAverage>(
        "moving-average", $"{parameters}", 3.0 * parameters, 3.0 * parameters,
        device => () =>
        {
            Tensor<float> values = Noise(device, new Shape(parameters));
            Tensor<float> averages = Noise(device, new Shape(parameters));
            var average = new MovingAverage(device, parameters, 0.99f);
            var progress = new TrainingProgress(device);
            progress.SetStep(2);
            return () => average.Apply(values, averages, progress.Step);
        }) with
    { Resizing = new CaseResizing("N", n => MovingAverageOf(n[0])) };

    private static KernelCase ScaleByOf(int elements) => Case<ScaleBy>(
        "scale-by", $"{elements}", elements, 2.0 * elements,
        device => () =>
        {
            Tensor<float> x = Noise(device, new Shape(elements));
            Tensor<float> factor = Ones(device, new Shape(1));
            var scale = new ScaleBy(device, elements);
            return () => scale.Apply(x, factor);
        }) with
    { Resizing = new CaseResizing("N", n => ScaleByOf(n[0])) };

    private static Func<Action> Step(
        CaseDevice device, int parameters, Func<Tensor<float>, Tensor<float>, TrainingProgress, IOptimizer> make)
    {
        Tensor<float> values = Noise(device, new Shape(parameters)), gradients = Noise(device, new Shape(parameters));
        var progress = new TrainingProgress(device);
        progress.SetStep(2); // Past the first, at which momentum begins.
        return () =>
        {
            IOptimizer optimizer = make(values, gradients, progress);
            progress.SetLearningRate(1e-2f);
            optimizer.Step();
            progress.SetLearningRate(0f);
            return optimizer.Step;
        };
    }
}
