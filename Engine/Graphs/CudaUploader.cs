// Page-locked memory, a second stream, and two events a slot:
//   arrived   recorded on the second stream after a copy: the main stream waits for it before it takes the rows, the
//             host before it fills the slot again
//   taken     recorded on the main stream after the rows were taken: the second stream waits for it before it copies
// An event that was never recorded holds nobody up. Nothing here waits for the main stream.
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Graphs;

/// <summary>Uploads beside the computation, on CUDA devices.</summary>
internal sealed class CudaUploader : IUploader
{
    private readonly CudaDriver driver = CudaDriver.Load();
    private readonly ComputeDevice device;
    private readonly CudaStream main;
    private readonly CudaStream second;
    private readonly Slot[] slots;

    /// <exception cref="GraphException">The driver is too old, or the device is no CUDA device.</exception>
    public CudaUploader(ComputeDevice device, int values, int labels)
    {
        this.device = device;
        main = device.Stream as CudaStream
            ?? throw new GraphException($"device {device.Info.Selector} has no CUDA stream");
        device.Accelerator.Bind();
        second = (CudaStream)device.Accelerator.CreateStream();
        slots = [NewSlot(values, labels), NewSlot(values, labels)];
    }

    public Span<float> Values(int slot)
    {
        device.Accelerator.Bind();
        driver.Synchronize(slots[slot].Arrived);
        return slots[slot].HostValues.Span;
    }

    public Span<int> Labels(int slot) => slots[slot].HostLabels.Span;

    public void Upload(int slot, int values, int labels)
    {
        device.Accelerator.Bind();
        Slot one = slots[slot];
        driver.Wait(second.StreamPtr, one.Taken);
        // The whole slot: ILGPU copies page-locked arrays in one piece, and only the last mini-batch has fewer rows.
        one.Values.CopyFromPageLockedAsync(second, one.HostValues);
        one.Labels.CopyFromPageLockedAsync(second, one.HostLabels);
        driver.Record(one.Arrived, second.StreamPtr);
    }

    public void Take(int slot, Tensor<float> y, Tensor<int> targets)
    {
        device.Accelerator.Bind();
        Slot one = slots[slot];
        driver.Wait(main.StreamPtr, one.Arrived);
        y.View.CopyFrom(main, one.Values.BaseView.SubView(0, y.Length));
        targets.View.CopyFrom(main, one.Labels.BaseView.SubView(0, targets.Length));
        driver.Record(one.Taken, main.StreamPtr);
    }

    public void Dispose()
    {
        device.Accelerator.Bind();
        second.Synchronize();
        foreach (Slot slot in slots)
        {
            driver.DestroyEvent(slot.Arrived);
            driver.DestroyEvent(slot.Taken);
            slot.HostValues.Dispose();
            slot.HostLabels.Dispose();
        }

        second.Dispose();
    }

    private Slot NewSlot(int values, int labels) => new(
        device.Accelerator.AllocatePageLocked1D<float>(values),
        device.Accelerator.AllocatePageLocked1D<int>(labels),
        new ArrayView1D<float, Stride1D.Dense>(device.AllocateView<float>(values), values, default),
        new ArrayView1D<int, Stride1D.Dense>(device.AllocateView<int>(labels), labels, default),
        driver.CreateEvent(), driver.CreateEvent());

    private sealed record Slot(
        PageLockedArray1D<float> HostValues, PageLockedArray1D<int> HostLabels,
        ArrayView1D<float, Stride1D.Dense> Values, ArrayView1D<int, Stride1D.Dense> Labels, nint Arrived, nint Taken);
}
