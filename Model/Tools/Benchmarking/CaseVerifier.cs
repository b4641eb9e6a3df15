// Is what a kernel computed right? On a GPU, on ptx and on the simulator the host bodies of cpu compute the same, and
// every number of every tensor is compared. Host bodies are compared with the formula in double precision at numbers of
// the result drawn over all of it, where a case has its formula here; else with the portable kernels on the simulator,
// all numbers, at a small shape where the case's own would take it long.
using System.Globalization;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Tools.Benchmarking;

/// <summary>Compares results with those of another implementation.</summary>
internal sealed class CaseVerifier : IDisposable
{
    // Of the largest number of a tensor; float32 sums of 10^5 terms are apart by 10^-5 and less, tf32 has 10 bits.
    private const double Tolerance = 1e-4;
    private const double ToleranceOfTf32 = 4e-3;
    private const double Floor = 1e-6; // Where a result is rounding alone, as the gradient of a constant.
    private const double ShareOfTies = 1e-4;
    private const int Drawn = 128;
    private const double LongForSimulator = 1e8;

    private readonly ComputeDevice device;
    private readonly double tolerance;
    private ComputeDevice? reference;

    public CaseVerifier(ComputeDevice device)
    {
        this.device = device;
        tolerance = device.Precision == FloatPrecision.Tf32 ? ToleranceOfTf32 : Tolerance;
    }

    private ComputeDevice Reference => reference ??= ComputeDevice.Open(device.IsHost ? "simulator" : "cpu");

    public void Dispose() => reference?.Dispose();

    /// <summary>What to compare a case with, made once for all its rungs.</summary>
    public CaseExpectation Expect(KernelCase one)
    {
        if (!device.IsHost)
        {
            return new CaseExpectation("cpu", Compute(one, Reference), null);
        }

        if (one.Formula is not null)
        {
            return new CaseExpectation("float64", null, null);
        }

        if (one.Operations + (8 * one.Bytes) <= LongForSimulator)
        {
            return new CaseExpectation("simulator", Compute(one, Reference), null);
        }

        KernelCase small = OperatorCases.Of(CaseSizes.Small).FirstOrDefault(other => other.Name == one.Name)
            ?? one.Small?.Invoke() ?? one;
        return new CaseExpectation($"simulator at {small.Shape}", Compute(small, Reference), small);
    }

    /// <summary>The verdict on a call that was made once.</summary>
    /// <param name="one">The case.</param>
    /// <param name="expected">What <see cref="Expect"/> gave.</param>
    /// <param name="before">The tensors before the call; needed for a formula alone.</param>
    /// <param name="after">The tensors as they are after it.</param>
    public KernelVerdict Judge(KernelCase one, CaseExpectation expected, float[][]? before, CaseDevice after)
    {
        if (expected.Values is null)
        {
            return JudgeByFormula(one.Formula!, before!, after.Read(one.Formula!.Tensor));
        }

        float[][] got = expected.Small is { } small ? Compute(small, device) : after.Read();
        return Compare(expected.Reference, expected.Values, got, one.HasTies);
    }

    /// <summary>Compares all numbers of all tensors.</summary>
    public KernelVerdict Compare(string name, float[][] expected, float[][] got, bool hasTies)
    {
        double most = 0;
        for (int tensor = 0; tensor < expected.Length; tensor++)
        {
            (float[] right, float[] ours) = (expected[tensor], got[tensor]);
            double largest = Largest(right);
            double allowed = (tolerance * largest) + Floor;
            int ties = hasTies ? Math.Max(2, (int)(ShareOfTies * right.Length)) : 0;
            for (int i = 0; i < right.Length; i++)
            {
                double apart = Apart(right[i], ours[i]);
                if (apart > allowed && ties-- <= 0)
                {
                    return Wrong(name, tensor, i, right[i], ours[i], apart / Math.Max(largest, Floor));
                }

                if (apart <= allowed)
                {
                    most = Math.Max(most, apart / Math.Max(largest, Floor));
                }
            }
        }

        return new KernelVerdict(true, name, most);
    }

    private KernelVerdict JudgeByFormula(CaseFormula formula, float[][] before, float[] got)
    {
        const string Name = "float64";
        double largest = Largest(got);
        double most = 0;
        int count = Math.Min(Drawn, got.Length);
        for (int n = 0; n < count; n++)
        {
            // From the first number to the last, which edges of tiles concern, at uneven steps.
            int i = count == 1 ? 0 : (int)((long)n * (got.Length - 1) / (count - 1));
            double right = formula.At(before, i);
            double apart = Apart(right, got[i]);
            if (apart > (tolerance * Math.Max(largest, Math.Abs(right))) + Floor)
            {
                return Wrong(Name, formula.Tensor, i, right, got[i], apart / Math.Max(largest, Floor));
            }

            most = Math.Max(most, apart / Math.Max(largest, Floor));
        }

        return new KernelVerdict(true, Name, most);
    }

    private static KernelVerdict Wrong(string name, int tensor, int i, double right, double got, double apart) => new(
        false, name, double.IsFinite(apart) ? apart : double.PositiveInfinity, string.Create(
            CultureInfo.InvariantCulture,
            $"tensor {tensor}, element {i}: expected {right:G6}, got {got:G6}"));

    private static float[][] Compute(KernelCase one, ComputeDevice on)
    {
        using MemoryScope scope = on.OpenScope();
        var tensors = new CaseDevice(on);
        one.Plan(tensors)()();
        return tensors.Read();
    }

    private static double Largest(float[] values)
    {
        double largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, float.IsFinite(value) ? Math.Abs(value) : 0);
        }

        return largest;
    }

    /// <summary>Infinity where one is no number and the other is; 0 where both are the same in that.</summary>
    private static double Apart(double right, double got) =>
        right.Equals(got) ? 0
        : double.IsFinite(right) && double.IsFinite(got) ? Math.Abs(right - got)
        : double.PositiveInfinity;
}
