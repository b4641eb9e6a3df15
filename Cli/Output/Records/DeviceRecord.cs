namespace NativeCnn.Cli.Output;

/// <summary>A line of <c>devices</c>.</summary>
internal sealed record DeviceRecord(
    string Device, string Name, long MemoryBytes, int MaxGroupSize, long MaxSharedMemoryBytes, int Multiprocessors,
    bool IsGpu, SelfTestRecord? SelfTest);
