namespace NativeCnn.Engine.Operators;

/// <summary>A way to compute the gradient of a convolution's weights on the host, planned for one shape.</summary>
internal unsafe interface IWeightGradientPlan
{
    /// <summary>dWeight [K, C / groups, R] += ..., dBias [K] += ... where it is given, for the rows of x and dY.</summary>
    void Run<TGradient>(TensorRows x, in TGradient dY, float* dWeight, float* dBias)
        where TGradient : struct, IHostRows;
}
