namespace NativeCnn.Tools.Kernels;

/// <summary>What one thread, or one group, of a kernel takes.</summary>
/// <param name="Registers">Registers of a thread.</param>
/// <param name="SharedBytes">Static shared memory of a group.</param>
/// <param name="StackBytes">Local memory of a thread: arrays that are indexed, and spills.</param>
/// <param name="SpillBytes">Bytes that a thread stores and loads because registers ran out.</param>
public sealed record KernelResources(int Registers, int SharedBytes, int StackBytes, int SpillBytes);
