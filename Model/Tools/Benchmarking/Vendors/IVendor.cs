namespace NativeCnn.Tools.Benchmarking.Vendors;

/// <summary>The libraries that a device's vendor has for what kernels compute.</summary>
internal interface IVendor : IDisposable
{
    /// <summary>The work as one call; null where the libraries have none for it.</summary>
    /// <param name="work">What is computed.</param>
    /// <param name="tensors">The inputs; the result goes to memory of its own.</param>
    VendorCall? Plan(VendorWork work, CaseDevice tensors);
}
