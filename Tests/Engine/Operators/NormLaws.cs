// The laws of group and layer normalisation, which differ in what shares statistics alone.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>The laws of what has an <see cref="NativeCnn.Engine.Operators.INormalization"/>.</summary>
internal static class NormLaws
{
    public static void ForwardIsTheFormula(NormRun run, double tolerance = 1e-5)
    {
        run.Forward();

        Closeness.Close(
            "y", run.Y.ToArray().ToDouble(), run.Reference(run.Inputs), tolerance, run.Y.Shape.ToArray());
    }

    public static void GradientsMatchFiniteDifferences(string name, NormRun run)
    {
        double[] upstream = run.DY.ToArray().ToDouble();

        run.Forward();
        run.Backward(run.DX);

        float[][] gradients = [run.DX.ToArray(), run.DGamma.ToArray(), run.DBeta.ToArray()];
        for (int which = 0; which < gradients.Length; which++)
        {
            GradientCheck.Of(name, run.Reference, run.Inputs, which, upstream, gradients[which]);
        }
    }

    /// <summary>For shapes that finite differences take too long for.</summary>
    public static void IsTheFormulaAndTheGradientOfTheHost(NormRun run, NormRun host)
    {
        foreach (NormRun one in (NormRun[])[run, host])
        {
            ForwardIsTheFormula(one);
            one.Backward(one.DX);
        }

        Near.All("statistics", host.Statistics.ToArray(), run.Statistics.ToArray(), 1e-5);
        Near.All("dX", host.DX.ToArray(), run.DX.ToArray(), 1e-5);
        Near.All("dGamma", host.DGamma.ToArray(), run.DGamma.ToArray(), 1e-3);
        Near.All("dBeta", host.DBeta.ToArray(), run.DBeta.ToArray(), 1e-3);
    }

    public static void ParametersGradientsAccumulateAndTheInputsMayTakeThePlaceOfTheOutputs(NormRun run)
    {
        run.Forward();
        run.Backward(run.DX);
        float[] y = run.Y.ToArray();
        float[] dX = run.DX.ToArray();
        float[] dGamma = run.DGamma.ToArray();
        float[] dBeta = run.DBeta.ToArray();

        run.Backward(dX: null);
        run.Backward(run.DY);
        run.Norm.Forward(run.X, run.Gamma, run.Beta, run.Statistics, run.X);

        Assert.Equal(dX, run.DY.ToArray());
        Assert.Equal(y, run.X.ToArray());
        Near.All("dGamma", Array.ConvertAll(dGamma, value => 3 * value), run.DGamma.ToArray(), 1e-5);
        Near.All("dBeta", Array.ConvertAll(dBeta, value => 3 * value), run.DBeta.ToArray(), 1e-5);
    }

    /// <summary>
    /// float32 tells values at 10,000 apart by 1e-3; squares less the squared mean would lose the variance whole.
    /// </summary>
    public static void ValuesFarFromZeroKeepTheirVariance(Func<float[], NormRun> runOf, Shape values) =>
        ForwardIsTheFormula(
            runOf(Array.ConvertAll(Randoms.Normal(values.Length, seed: 5), value => value + 10_000)), tolerance: 2e-3);

    /// <summary>
    /// A NaN at one place makes NaN of y and dX where <paramref name="spoilt"/> says, and nowhere else.
    /// </summary>
    public static void NotANumberSpoilsWhatSharesItsStatistics(
        Func<float[], NormRun> runOf, Shape values, int place, Func<int, bool> spoilt)
    {
        float[] x = Randoms.Normal(values.Length, seed: 7);
        x[place] = float.NaN;
        NormRun run = runOf(x);

        run.Forward();
        run.Backward(run.DX);

        foreach (Tensor<float> result in (Tensor<float>[])[run.Y, run.DX])
        {
            Assert.All(
                result.ToArray().Select((value, i) => (value, i)),
                one => Assert.Equal(spoilt(one.i), float.IsNaN(one.value)));
        }
    }

    public static void AnyNumberOfWorkersGivesTheSameBits(Func<ComputeDevice, NormRun> runOn) =>
        SameBits.ForAnyNumberOfWorkers(device =>
        {
            NormRun run = runOn(device);
            run.Forward();
            run.Backward(run.DX);
            return [run.Y.ToArray(), run.DX.ToArray(), run.DGamma.ToArray(), run.DBeta.ToArray()];
        });
}
