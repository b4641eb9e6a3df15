using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Engine.Operators;

/// <summary>Group or layer normalisation with tensors of random values.</summary>
internal sealed class NormRun
{
    private readonly Func<double[][], double[]> reference;

    /// <param name="device">Where it runs.</param>
    /// <param name="norm">The operator, planned for that device.</param>
    /// <param name="values">The shape of x.</param>
    /// <param name="statistics">The shape of the statistics.</param>
    /// <param name="reference">y of x, gamma and beta, by the contract.</param>
    /// <param name="seed">Of the random values.</param>
    /// <param name="x">Values of x; null for random ones.</param>
    public NormRun(
        ComputeDevice device, INormalization norm, Shape values, Shape statistics,
        Func<double[][], double[]> reference, int seed, float[]? x = null)
    {
        this.reference = reference;
        var perChannel = new Shape(values[1]);
        x ??= Randoms.Normal(values.Length, seed);
        float[] gamma = Array.ConvertAll(Randoms.Normal(perChannel.Length, seed + 1), value => 1 + (value / 4));
        float[] beta = Randoms.Normal(perChannel.Length, seed + 2);
        Inputs = [x.ToDouble(), gamma.ToDouble(), beta.ToDouble()];
        Norm = norm;
        X = device.Upload<float>(values, x);
        Gamma = device.Upload<float>(perChannel, gamma);
        Beta = device.Upload<float>(perChannel, beta);
        Statistics = device.Allocate<float>(statistics);
        Y = device.Allocate<float>(values);
        DY = device.Upload<float>(values, Randoms.Normal(values.Length, seed + 3));
        DX = device.Allocate<float>(values);
        DGamma = device.Allocate<float>(perChannel);
        DBeta = device.Allocate<float>(perChannel);
    }

    public INormalization Norm { get; }

    /// <summary>x, gamma and beta.</summary>
    public double[][] Inputs { get; }

    public Tensor<float> X { get; }

    public Tensor<float> Gamma { get; }

    public Tensor<float> Beta { get; }

    public Tensor<float> Statistics { get; }

    public Tensor<float> Y { get; }

    public Tensor<float> DY { get; }

    public Tensor<float> DX { get; }

    public Tensor<float> DGamma { get; }

    public Tensor<float> DBeta { get; }

    /// <summary>The contract, as it reads.</summary>
    public double[] Reference(double[][] inputs) => reference(inputs);

    public void Forward() => Norm.Forward(X, Gamma, Beta, Statistics, Y);

    public void Backward(Tensor<float>? dX) => Norm.Backward(X, Gamma, Statistics, DY, DGamma, DBeta, dX);
}
