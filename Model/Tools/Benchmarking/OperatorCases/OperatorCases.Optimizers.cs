// One step over a flat buffer. Operations a parameter, 2 of them for the weight decay:
//   SGD      7: 3 for the momentum, 2 for the update
//   RMSprop  11: 4 for the mean square, 5 for the root, the quotient and the update
//   Adam     15: 3 for m, 4 for v, 6 for the root, the quotient and the update
// Bytes: parameter, gradient and every moment read and written.
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
    private const float WeightDecay = 0.1f;

    private static List<KernelCase> Optimizers(CaseSizes sizes)
    {
        Conv1dShape conv = Article(sizes);
        int inputs = conv.Filters * (conv.OutputLength / 2);
        int parameters = conv.Weight.Length + conv.Filters + (128 * (inputs + 1)) + (Classes * 129);
        List<KernelCase> cases = [AdamOf(parameters), SgdOf(parameters), RmsPropOf(parameters)];
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
            new Adam(device, values, gradients, progress, new AdamOptions { WeightDecay = WeightDecay })),
        "adam") with
    { Resizing = new CaseResizing("N", n => AdamOf(n[0])) };

    private static KernelCase SgdOf(int parameters) => Case<Sgd>(
        "sgd", $"{parameters}, momentum", 7.0 * parameters, 6.0 * parameters,
        device => Step(device, parameters, (values, gradients, progress) => new Sgd(
            device, values, gradients, progress, new SgdOptions { Momentum = 0.9f, WeightDecay = WeightDecay })),
        "sgd") with
    { Resizing = new CaseResizing("N", n => SgdOf(n[0])) };

    private static KernelCase RmsPropOf(int parameters) => Case<RmsProp>(
        "rmsprop", $"{parameters}", 11.0 * parameters, 6.0 * parameters,
        device => Step(device, parameters, (values, gradients, progress) =>
            new RmsProp(device, values, gradients, progress, new RmsPropOptions { WeightDecay = WeightDecay }))) with
    { Resizing = new CaseResizing("N", n => RmsPropOf(n[0])) };

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
