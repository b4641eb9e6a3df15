using System.Runtime.CompilerServices;
using NativeCnn.Engine.HostBodies;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Engine.Operators;

/// <summary>The host body of <see cref="GatherRows"/>: a copy of each row, rows split over the workers.</summary>
internal static unsafe class GatherRowsHost
{
    public static void Gather(
        HostWorkers workers, Tensor<float> source, Tensor<int> labels, Tensor<int> order, int start,
        Tensor<float> y, Tensor<int> targets, int rowLength)
    {
        int parts = Math.Min(targets.Length, workers.Count);
        var body = new Body(
            source.Address, labels.Address, order.Address + start, y.Address, targets.Address, targets.Length,
            labels.Length, rowLength, parts);
        workers.Run(parts, HostWork.OfFloats(2L * y.Length), body);
    }

    private readonly struct Body(
        float* source, int* labels, int* order, float* y, int* targets, int rows, int sourceRows, int rowLength,
        int parts) : IHostBody
    {
        public void Run(int part, int worker)
        {
            int last = (int)((long)rows * (part + 1) / parts);
            for (int row = (int)((long)rows * part / parts); row < last; row++)
            {
                int from = order[row];
                if ((uint)from >= (uint)sourceRows)
                {
                    throw new ArgumentException($"row {from} was asked for, of {sourceRows}");
                }

                Unsafe.CopyBlock(
                    y + ((long)row * rowLength), source + ((long)from * rowLength), (uint)rowLength * sizeof(float));
                targets[row] = labels[from];
            }
        }
    }
}
