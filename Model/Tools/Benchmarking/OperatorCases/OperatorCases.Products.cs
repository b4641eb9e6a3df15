// Matrix products and dense layers; the bias and ReLU are left out of the operations, as papers do.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private static List<KernelCase> Products(CaseSizes sizes)
    {
        int batch = Batch(sizes);
        Conv1dShape conv = Article(sizes);
        int inputs = conv.Filters * (conv.OutputLength / 2);
        var dense = new DenseShape(batch, inputs, 128);
        int square = sizes == CaseSizes.Small ? 32 : 512;
        List<KernelCase> cases =
        [
            Product("matmul", new MatMulShape(square, square, square)),
            Product("matmul.dense-forward", new MatMulShape(batch, 128, inputs, TransposeB: true)),
            Product("matmul.dense-weight", new MatMulShape(128, inputs, batch, TransposeA: true)),
            DenseForward(dense, relu: false), DenseForward(dense, relu: true), DenseBackwardInput(dense),
            DenseBackwardWeight(dense),
        ];
        if (sizes >= CaseSizes.Usual)
        {
            cases.AddRange(
            [
                Product("matmul", new MatMulShape(1024, 1024, 1024)),
                DenseForward(new DenseShape(256, 4096, 4096), relu: false),
            ]);
        }

        if (sizes >= CaseSizes.Large)
        {
            cases.Add(Product("matmul", new MatMulShape(2048, 2048, 2048)));
        }

        return cases;
    }

    private static KernelCase Product(string name, MatMulShape s) => Case<MatMul>(
        name, s.ToString(), s.Operations, (double)s.A.Length + s.B.Length + s.C.Length,
        device =>
        {
            Tensor<float> a = Noise(device, s.A), b = Noise(device, s.B), c = Zeros(device, s.C);
            return () =>
            {
                var product = new MatMul(device, s);
                return () => product.Multiply(a, b, c);
            };
        },
        "matmul");

    private static KernelCase DenseForward(DenseShape s, bool relu) => Case<Dense>(
        relu ? "dense.forward-relu" : "dense.forward", Describe(s), s.Operations,
        (double)s.Input.Length + s.Weight.Length + s.Bias.Length + s.Output.Length,
        device =>
        {
            Tensor<float> x = Noise(device, s.Input), weight = Noise(device, s.Weight), bias = Noise(device, s.Bias);
            Tensor<float> y = Zeros(device, s.Output);
            return () =>
            {
                var dense = new Dense(device, s);
                return relu ? () => dense.ForwardRelu(x, weight, bias, y) : () => dense.Forward(x, weight, bias, y);
            };
        });

    private static KernelCase DenseBackwardInput(DenseShape s) => Case<Dense>(
        "dense.backward-input", Describe(s), s.Operations,
        (double)s.Output.Length + s.Weight.Length + s.Input.Length,
        device =>
        {
            Tensor<float> dY = Noise(device, s.Output), weight = Noise(device, s.Weight), dX = Zeros(device, s.Input);
            return () =>
            {
                var dense = new Dense(device, s);
                return () => dense.BackwardInput(dY, weight, dX);
            };
        });

    private static KernelCase DenseBackwardWeight(DenseShape s) => Case<Dense>(
        "dense.backward-weight", Describe(s), s.Operations,
        s.Input.Length + s.Output.Length + (2.0 * (s.Weight.Length + s.Bias.Length)),
        device =>
        {
            Tensor<float> x = Noise(device, s.Input), dY = Noise(device, s.Output);
            Tensor<float> dWeight = Zeros(device, s.Weight), dBias = Zeros(device, s.Bias);
            return () =>
            {
                var dense = new Dense(device, s);
                return () => dense.BackwardWeight(x, dY, dWeight, dBias);
            };
        });

    private static string Describe(DenseShape s) => $"{s.Batch} x {s.Inputs} to {s.Outputs}";
}
