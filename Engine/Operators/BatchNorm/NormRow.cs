namespace NativeCnn.Engine.Operators;

/// <summary>A batch normalisation, and ReLU where it is fused.</summary>
internal readonly unsafe struct NormRow(BatchNormNumbers n) : INormRow
{
    /// <inheritdoc/>
    public int OutputLength => n.Length;

    /// <inheritdoc/>
    public void Forward(float* x, in ChannelMap map, float* y) =>
        HostNormRelu.Forward(x, n.Length, map, n.Floor, y);

    /// <inheritdoc/>
    public void AddGradients(float* x, in ChannelMap map, float* dY, ref double sum, ref double sumByDistance) =>
        HostNormRelu.AddGradients(x, n.Length, map, n.Open, dY, ref sum, ref sumByDistance);

    /// <inheritdoc/>
    public void InputGradient(float* x, in ChannelMap map, float* dY, float centre, float slope, float* dX) =>
        HostNormRelu.InputGradient(x, n.Length, map, n.Open, dY, centre, slope, dX);
}
