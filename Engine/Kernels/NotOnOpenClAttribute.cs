namespace NativeCnn.Engine.Kernels;

/// <summary>
/// Marks a portable kernel that ILGPU cannot write as OpenCL C. Its ladder must have a rung below it that takes every
/// shape, or other kernels do its work one after another; its operator may not choose it on an OpenCL device.
/// </summary>
/// <param name="reason">What OpenCL lacks.</param>
/// <param name="instead">The kernels that are launched there; none where the ladder has a lower rung.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NotOnOpenClAttribute(string reason, params string[] instead) : Attribute
{
    /// <summary>
    /// The kernels that OpenCL devices launch one after another in its place; none where the ladder has a lower rung.
    /// </summary>
    public IReadOnlyList<string> Instead => instead;

    /// <summary>What OpenCL lacks.</summary>
    public string Reason => reason;
}
