// Recordings on the device, one behind another in one tensor: those that are mixed into clips, or that clips are
// convolved with.
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Features.Augmentation;

/// <summary>Recordings of any lengths at one rate, on a device.</summary>
/// <remarks>Not thread-safe: for one thread at a time.</remarks>
public sealed class RecordingBank
{
    /// <summary>Brings recordings to a device.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="recordings">One or more, none of them empty.</param>
    /// <exception cref="ArgumentException">There is none, or one is empty.</exception>
    public RecordingBank(ComputeDevice device, IReadOnlyList<float[]> recordings)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(recordings);
        if (recordings.Count == 0 || recordings.Any(one => one.Length == 0))
        {
            throw new ArgumentException("a bank takes recordings, none of them empty", nameof(recordings));
        }

        int[] starts = new int[recordings.Count + 1];
        for (int i = 0; i < recordings.Count; i++)
        {
            starts[i + 1] = checked(starts[i] + recordings[i].Length);
        }

        Samples = device.Allocate<float>(new Shape(starts[^1]));
        for (int i = 0; i < recordings.Count; i++)
        {
            Samples.Slice(starts[i], new Shape(recordings[i].Length)).CopyFrom(recordings[i]);
        }

        Starts = device.Upload<int>(new Shape(starts.Length), starts);
        Count = recordings.Count;
        Longest = recordings.Max(one => one.Length);
    }

    /// <summary>How many recordings.</summary>
    public int Count { get; }

    /// <summary>Samples of the longest one.</summary>
    public int Longest { get; }

    /// <summary>All of them, [sum of lengths].</summary>
    internal Tensor<float> Samples { get; }

    /// <summary>Where each begins, and the end of the last, [count + 1].</summary>
    internal Tensor<int> Starts { get; }
}
