using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Graphs;

/// <summary>
/// Two slots through which rows reach a device while it computes: one is filled and copied while the other is used.
/// The order of the calls is <c>RowFeed</c>'s; an uploader knows how to wait.
/// </summary>
internal interface IUploader : IDisposable
{
    /// <summary>The host's side of a slot, once its last copy has left it: values.</summary>
    Span<float> Values(int slot);

    /// <summary>The host's side of a slot, after <see cref="Values"/>: labels.</summary>
    Span<int> Labels(int slot);

    /// <summary>Starts to copy so many values and labels of a slot, once the device's side is used no more.</summary>
    void Upload(int slot, int values, int labels);

    /// <summary>
    /// Copies what was uploaded to tensors of the device, in the order of its stream, once it has arrived.
    /// </summary>
    void Take(int slot, Tensor<float> y, Tensor<int> targets);
}
