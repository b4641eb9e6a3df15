namespace NativeCnn.Engine.Devices;

/// <summary>A device that is not in the catalogue, or all of a backend's, and why.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Backend"><c>cuda</c> or <c>opencl</c>.</param>
/// <param name="Reason">What is missing, on one line, and what to do where something can be done.</param>
public sealed record SkippedDevice(string Backend, string Reason);
