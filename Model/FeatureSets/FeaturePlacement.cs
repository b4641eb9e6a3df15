// Where the rows of a set are kept, where nobody chose: as near to the device as there is room.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Model.FeatureSets;

/// <summary>Chooses between device, memory and disk.</summary>
internal static class FeaturePlacement
{
    // The rest is for activations, gradients and the programme's own.
    private const double ShareOfDevice = 0.6;

    // The system's cache of the files wants room too.
    private const double ShareOfMachine = 0.5;

    /// <summary>The choice for rows of a number of clips.</summary>
    /// <param name="asked">What was asked for; anything but <see cref="FeatureMemory.Auto"/> stays.</param>
    /// <param name="device">The device that trains.</param>
    /// <param name="clips">Rows.</param>
    /// <param name="rowLength">Values of a row.</param>
    public static FeatureMemory Of(FeatureMemory asked, ComputeDevice device, int clips, long rowLength)
    {
        if (asked != FeatureMemory.Auto)
        {
            return asked;
        }

        double bytes = (double)clips * rowLength * sizeof(float);
        bool fitsMachine = bytes <= ShareOfMachine * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        bool fitsDevice = clips * rowLength <= Shape.MostElements
            && (device.Memory.Free == long.MaxValue ? fitsMachine : bytes <= ShareOfDevice * device.Memory.Free);
        return fitsDevice ? FeatureMemory.Device : fitsMachine ? FeatureMemory.Host : FeatureMemory.Disk;
    }

    /// <summary>What a user is told of a choice; null for nothing.</summary>
    public static string? Describe(FeatureMemory memory) => memory switch
    {
        FeatureMemory.Host => "features stay in the machine's memory; mini-batches are uploaded one ahead",
        FeatureMemory.Disk => "features stay on disk; mini-batches are read one ahead",
        _ => null,
    };
}
