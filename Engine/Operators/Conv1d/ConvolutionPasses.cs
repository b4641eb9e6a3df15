namespace NativeCnn.Engine.Operators;

/// <summary>The passes that a convolution is planned for: what is left out costs neither plan nor scratch.</summary>
[Flags]
internal enum ConvolutionPasses
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>y.</summary>
    Forward = 1,

    /// <summary>dX.</summary>
    GradientOfInput = 2,

    /// <summary>dWeight and dBias.</summary>
    GradientOfWeight = 4,

    /// <summary>dX, dWeight and dBias.</summary>
    Backward = GradientOfInput | GradientOfWeight,

    /// <summary>All of them.</summary>
    Training = Forward | Backward,
}
