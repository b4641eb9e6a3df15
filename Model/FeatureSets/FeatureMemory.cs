using System.Text.Json.Serialization;

namespace NativeCnn.Model.FeatureSets;

/// <summary>
/// Where the features of a data set stay while a network is trained on them. The numbers are the same.
/// </summary>
public enum FeatureMemory
{
    /// <summary>
    /// On the device where they fit beside everything else, else in the machine's memory, else on disk.
    /// </summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>On the device: mini-batches are gathered there.</summary>
    [JsonStringEnumMemberName("device")]
    Device,

    /// <summary>In the machine's memory: the next mini-batch is uploaded while the device trains on this one.</summary>
    [JsonStringEnumMemberName("host")]
    Host,

    /// <summary>On disk, in the cache's file: a mini-batch is read while the device trains on the one before.</summary>
    [JsonStringEnumMemberName("disk")]
    Disk,
}
