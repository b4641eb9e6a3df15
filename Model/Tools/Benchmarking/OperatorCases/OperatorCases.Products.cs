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
        "matmul") with
    {
        Formula = new CaseFormula(2, (t, i) => Dot(
            s.K, k => t[0][s.TransposeA ? (k * s.M) + (i / s.N) : (i / s.N * s.K) + k],
            k => t[1][s.TransposeB ? (i % s.N * s.K) + k : (k * s.N) + (i % s.N)])),
        Work = new VendorWork.Product(s),
        Resizing = new CaseResizing(
            "MxNxK", n => Product(name, s with { M = n[0], N = n[1], K = n[2] })),
    };

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
        }) with
    {
        Formula = new CaseFormula(3, (t, i) =>
        {
            (int row, int output) = (i / s.Outputs, i % s.Outputs);
            double sum = t[2][output] + Dot(
                s.Inputs, k => t[0][(row * s.Inputs) + k], k => t[1][(output * s.Inputs) + k]);
            return relu ? Math.Max(sum, 0) : sum;
        }),
        Resizing = DenseResizing(to => DenseForward(to, relu)),
    };

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
        }) with
    {
        Formula = new CaseFormula(2, (t, i) => Dot(
            s.Outputs, k => t[0][(i / s.Inputs * s.Outputs) + k], k => t[1][(k * s.Inputs) + (i % s.Inputs)])),
        Resizing = DenseResizing(DenseBackwardInput),
    };

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
        }) with
    {
        Formula = new CaseFormula(2, (t, i) => Dot(
            s.Batch, k => t[1][(k * s.Outputs) + (i / s.Inputs)], k => t[0][(k * s.Inputs) + (i % s.Inputs)])),
        Resizing = DenseResizing(DenseBackwardWeight),
    };

    private static CaseResizing DenseResizing(Func<DenseShape, KernelCase> make) =>
        new("BATCHxINPUTSxOUTPUTS", n => make(new DenseShape(n[0], n[1], n[2])));

    private static double Dot(int length, Func<int, float> a, Func<int, float> b)
    {
        double sum = 0;
        for (int k = 0; k < length; k++)
        {
            sum += (double)a(k) * b(k);
        }

        return sum;
    }

    private static string Describe(DenseShape s) => $"{s.Batch} x {s.Inputs} to {s.Outputs}";
}
