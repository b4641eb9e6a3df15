// Cases at a shape of a user's own, for `nativecnn kernels profile --shape`.
using NativeCnn.Engine.Operators;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    /// <summary>Which numbers <see cref="Shaped"/> takes, for people.</summary>
    public const string ShapedForms =
        "matmul MxNxK, dense BATCHxINPUTSxOUTPUTS, conv1d and conv-relu-pool BATCHxCHANNELSxLENGTHxFILTERSxTAPS";

    /// <summary>The case of a name at another shape; null where it takes no such shape.</summary>
    /// <param name="name">A name of the list: <c>conv1d.forward</c>.</param>
    /// <param name="numbers">The numbers of <see cref="ShapedForms"/>.</param>
    /// <exception cref="ArgumentException">They are none of a shape.</exception>
    public static KernelCase? Shaped(string name, int[] numbers) => (name, numbers) switch
    {
        ("matmul", [int m, int n, int k]) => Product(name, Matrices(m, n, k)),
        ("matmul.dense-forward", [int m, int n, int k]) => Product(name, Matrices(m, n, k) with { TransposeB = true }),
        ("matmul.dense-weight", [int m, int n, int k]) => Product(name, Matrices(m, n, k) with { TransposeA = true }),
        ("dense.forward", [int b, int i, int o]) => DenseForward(DenseOf(b, i, o), relu: false),
        ("dense.forward-relu", [int b, int i, int o]) => DenseForward(DenseOf(b, i, o), relu: true),
        ("dense.backward-input", [int b, int i, int o]) => DenseBackwardInput(DenseOf(b, i, o)),
        ("dense.backward-weight", [int b, int i, int o]) => DenseBackwardWeight(DenseOf(b, i, o)),
        ("conv1d.forward", [_, _, _, _, _]) => ConvForward(Convolution(numbers)),
        ("conv1d.backward-input", [_, _, _, _, _]) => ConvBackwardInput(Convolution(numbers)),
        ("conv1d.backward-weight", [_, _, _, _, _]) => ConvBackwardWeight(Convolution(numbers)),
        ("conv-relu-pool.forward", [_, _, _, _, _]) => Block(Convolution(numbers), training: true),
        ("conv-relu-pool.infer", [_, _, _, _, _]) => Block(Convolution(numbers), training: false),
        ("conv-relu-pool.backward", [_, _, _, _, _]) => BlockBackward(Convolution(numbers), ofInput: false),
        ("conv-relu-pool.backward-all", [_, _, _, _, _]) => BlockBackward(Convolution(numbers), ofInput: true),
        _ => null,
    };

    private static Conv1dShape Convolution(int[] n)
    {
        var shape = new Conv1dShape(n[0], n[1], n[2], n[3], n[4]);
        shape.Validate();
        return shape;
    }

    private static DenseShape DenseOf(int batch, int inputs, int outputs)
    {
        var shape = new DenseShape(batch, inputs, outputs);
        shape.Validate();
        return shape;
    }

    private static MatMulShape Matrices(int m, int n, int k)
    {
        var shape = new MatMulShape(m, n, k);
        shape.Check();
        return shape;
    }
}
