namespace NativeCnn.Engine.Kernels;

/// <summary>
/// Marks a portable kernel that ILGPU cannot write as OpenCL C. Its ladder must have a rung below it that takes every
/// shape, and its operator may not choose it on an OpenCL device.
/// </summary>
/// <param name="reason">What OpenCL lacks.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NotOnOpenClAttribute(string reason) : Attribute
{
    /// <summary>What OpenCL lacks.</summary>
    public string Reason => reason;
}
