namespace NativeCnn.Engine.Operators;

/// <summary>What a batch normalisation in training, and what is fused with it, does to one row of a channel.</summary>
internal unsafe interface INormRow
{
    /// <summary>Values of a row of y.</summary>
    int OutputLength { get; }

    /// <summary>y = what becomes of x.</summary>
    void Forward(float* x, in ChannelMap map, float* y);

    /// <summary>Adds the gradients of the mapped values, and their products with x - mean.</summary>
    void AddGradients(float* x, in ChannelMap map, float* dY, ref double sum, ref double sumByDistance);

    /// <summary>dX = scale (g - centre - (x - mean) slope), g the gradient of the mapped value.</summary>
    void InputGradient(float* x, in ChannelMap map, float* dY, float centre, float slope, float* dX);
}
