// A kernel of one's own: y = a x + y, one body in C# for every device.
// It is a static method that takes one struct of views and numbers, and strides over the elements, so that any number
// of threads will do. CUDA and OpenCL devices and the simulator run it as it is; `cpu` does too, slowly, and says so.
//
// ILGPU must see the struct: make it public, or internal with <InternalsVisibleTo Include="ILGPURuntime" /> in the
// project.
using ILGPU;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tests.Examples;

public static class KernelOfOnesOwn
{
    public static void Run(TextWriter output)
    {
        foreach (string selector in (string[])["cpu", "simulator"]) // "cuda" and "opencl" where there are any
        {
            using var device = ComputeDevice.Open(selector);
            device.Remarked += output.WriteLine;
            Tensor<float> x = device.Upload<float>(new Shape(5), [1, 2, 3, 4, 5]);
            Tensor<float> y = device.Upload<float>(new Shape(5), [100, 100, 100, 100, 100]);

            Kernel<Args> kernel = device.Load<Args>(ScaleAndAdd);
            kernel.LaunchOver(y.Length, new Args(0.5f, x.View, y.View));

            output.WriteLine($"{selector}: {string.Join(" ", y.ToArray())}");
        }
    }

    internal static void ScaleAndAdd(Args a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Y.IntLength; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] += a.Scale * a.X[i];
        }
    }

    internal readonly struct Args(float scale, ArrayView<float> x, ArrayView<float> y)
    {
        public readonly float Scale = scale;
        public readonly ArrayView<float> X = x;
        public readonly ArrayView<float> Y = y;
    }
}
