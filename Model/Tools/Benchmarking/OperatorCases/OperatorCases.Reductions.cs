// Sums, means and maxima over one dimension. Backward passes copy, and so have no operations.
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tools.Benchmarking;

internal static partial class OperatorCases
{
    private static List<KernelCase> Reductions(CaseSizes sizes)
    {
        int batch = Batch(sizes);
        var rows = new ReductionShape(batch, sizes == CaseSizes.Small ? 64 : 4096, 1);
        List<KernelCase> cases = [SumOf(new ReductionShape(1, batch, 128)), SumOf(rows), MaxOf(rows), Spread(rows)];
        if (sizes >= CaseSizes.Usual)
        {
            cases.Add(SumOf(new ReductionShape(1, 4096, 4096)));
        }

        if (sizes >= CaseSizes.Large)
        {
            cases.AddRange([SumOf(new ReductionShape(1, 65_536, 512)), SumOf(new ReductionShape(4096, 8192, 1))]);
        }

        return cases;
    }

    private static KernelCase SumOf(ReductionShape s) => Case<Reduction>(
        s.Inner == 1 ? "reduction.rows" : "reduction.columns", Describe(s), s.Operations,
        (double)s.Input.Length + s.Output.Length,
        device =>
        {
            Tensor<float> x = Noise(device, s.Input), y = Zeros(device, s.Output);
            return () =>
            {
                var reduction = new Reduction(device, s);
                return () => reduction.Sum(x, y);
            };
        },
        "reduction") with
    {
        Work = s.Inner == 1 ? new VendorWork.Function("reduction.rows", s.Outer, s.Length) : null,
        Resizing = s.Inner == 1
            ? new CaseResizing("ROWSxLENGTH", n => SumOf(new ReductionShape(n[0], n[1], 1)))
            : ReductionResizing(SumOf),
    };

    private static KernelCase MaxOf(ReductionShape s) => Case<Reduction>(
        "reduction.max", Describe(s), s.Operations, (double)s.Input.Length + s.Output.Length, device =>
        {
            Tensor<float> x = Noise(device, s.Input), y = Zeros(device, s.Output);
            return () =>
            {
                var reduction = new Reduction(device, s);
                return () => reduction.Max(x, y);
            };
        }) with
    {
        Work = s.Inner == 1 ? new VendorWork.Function("reduction.max", s.Outer, s.Length) : null,
        Resizing = ReductionResizing(MaxOf),
    };

    private static KernelCase Spread(ReductionShape s) => Case<Reduction>(
        "reduction.sum-backward", Describe(s), 0, (double)s.Input.Length + s.Output.Length, device =>
        {
            Tensor<float> dY = Noise(device, s.Output), dX = Zeros(device, s.Input);
            return () =>
            {
                var reduction = new Reduction(device, s);
                return () => reduction.SumBackward(dY, dX);
            };
        }) with
    { Resizing = ReductionResizing(Spread) };

    private static CaseResizing ReductionResizing(Func<ReductionShape, KernelCase> make) =>
        new("OUTERxLENGTHxINNER", n => make(new ReductionShape(n[0], n[1], n[2])));

    private static string Describe(ReductionShape s) => $"{s.Outer} x {s.Length} x {s.Inner}";
}
