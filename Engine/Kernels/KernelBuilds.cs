namespace NativeCnn.Engine.Kernels;

/// <summary>
/// One kernel of a process is built at a time: OpenCL drivers do not all build programs side by side (PoCL 6.0 loses a
/// temporary file now and then), and devices of several threads have nothing to gain by it.
/// </summary>
internal static class KernelBuilds
{
    public static readonly Lock Gate = new();
}
