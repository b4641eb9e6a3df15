// The one list of what is measured of every operator: `nativecnn bench kernels` and Benchmarks/ both run it. Operations
// come from the shapes, which model summary reads too, or stand beside the case. A file a subject; this one has what
// they share. How operations and bytes are counted: KernelCase. An operator without a case fails OperatorCasesTests.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>The cases of all operators.</summary>
internal static partial class OperatorCases
{
    private const float Epsilon = 1e-5f;

    /// <summary>The cases for a device: fewer and smaller on the simulator, larger ones too on a GPU.</summary>
    public static IReadOnlyList<KernelCase> For(DeviceInfo device) => Of(
        device.IsSimulated ? CaseSizes.Small
        : device.IsGpu ? CaseSizes.Large
        : CaseSizes.Usual);

    /// <summary>The cases of a size, subject by subject.</summary>
    public static IReadOnlyList<KernelCase> Of(CaseSizes sizes) =>
    [
        .. Products(sizes), .. Convolutions(sizes), .. Pooling(sizes), .. Norms(sizes), .. Activations(sizes),
        .. Elementwise(sizes), .. Reductions(sizes), .. Losses(sizes), .. Optimizers(sizes), .. Transforms(sizes),
        .. FeatureChains(sizes),
    ];

    /// <summary>A matrix product of these extents.</summary>
    public static KernelCase MatMulOf(int m, int n, int k) => Product("matmul", new MatMulShape(m, n, k));

    /// <summary>A convolution's pass, by its name: <c>conv1d.forward</c>.</summary>
    public static KernelCase ConvOf(string pass, Conv1dShape shape) => pass switch
    {
        "conv1d.backward-input" => ConvBackwardInput(shape),
        "conv1d.backward-weight" => ConvBackwardWeight(shape),
        _ => ConvForward(shape),
    };

    /// <summary>Clips of a mini-batch.</summary>
    private static int Batch(CaseSizes sizes) => sizes == CaseSizes.Small ? 2 : 64;

    /// <summary>The convolution of the article's network; what stands behind it works on its output.</summary>
    private static Conv1dShape Article(CaseSizes sizes) => sizes == CaseSizes.Small
        ? new Conv1dShape(2, 8, 20, 16, 4)
        : new Conv1dShape(64, 40, 100, 64, 4);

    /// <summary>The output of a large convolution, [256, 128, 996].</summary>
    private static Shape LargeOutput => new(256, 128, 996);

    /// <summary>A case of numbers of four bytes: float32 values, int32 labels and places.</summary>
    private static KernelCase Case<TOperator>(
        string name, string shape, double operations, double numbers, Func<CaseDevice, Func<Action>> plan,
        string? ladder = null, string choice = "") =>
        new(name, shape, ladder, operations, 4 * numbers, plan) { Operator = typeof(TOperator), Choice = choice };

    private static Tensor<float> Noise(CaseDevice device, Shape shape) => device.Noise(shape);

    private static Tensor<float> Ones(CaseDevice device, Shape shape) =>
        device.Upload<float>(shape, [.. Enumerable.Repeat(1f, shape.Length)]);

    private static Tensor<float> Zeros(CaseDevice device, Shape shape) => device.Allocate<float>(shape);

    /// <summary>[rows] labels, each class in turn.</summary>
    private static Tensor<int> Labels(CaseDevice device, int rows, int classes) => device.Upload<int>(
        new Shape(rows), [.. Enumerable.Range(0, rows).Select(row => row % classes)]);
}
