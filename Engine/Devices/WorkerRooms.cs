namespace NativeCnn.Engine.Devices;

/// <summary>The rooms that host workers have for themselves: see <see cref="ScratchMemory"/>.</summary>
internal readonly unsafe struct WorkerRooms(float* first, long each)
{
    /// <summary>The room of a worker.</summary>
    public float* this[int worker] => first + (worker * each);
}
