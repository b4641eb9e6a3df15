namespace NativeCnn.Model.Layers;

/// <summary>
/// What a backward pass reads of the forward pass, beside what the stage keeps: it decides how long values live.
/// </summary>
[Flags]
public enum Reads
{
    /// <summary>The gradient of the output alone.</summary>
    None = 0,

    /// <summary>The inputs too.</summary>
    Inputs = 1,

    /// <summary>The output too.</summary>
    Output = 2,
}
