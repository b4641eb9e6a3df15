namespace NativeCnn.Engine.Graphs;

/// <summary>
/// Whether training steps are recorded once and replayed as one CUDA graph. The numbers are the same.
/// </summary>
public enum GraphMode
{
    /// <summary>On CUDA devices, where the driver can.</summary>
    Auto,

    /// <summary>As <see cref="Auto"/>, and where there are no graphs it is said why.</summary>
    On,

    /// <summary>Never: every kernel is launched by itself.</summary>
    Off,
}
