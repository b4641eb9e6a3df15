// The portable kernels of this folder compile for NVIDIA GPUs on a machine that has none.
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Operators;

namespace NativeCnn.Tests.Engine.Operators;

public sealed class LossKernelsPtxTests
{
    private static readonly Delegate[] Kernels =
    [
        (Action<SigmoidKernels.ForwardArgs>)SigmoidKernels.Forward,
        (Action<SigmoidKernels.BackwardArgs>)SigmoidKernels.Backward,
        (Action<SoftmaxKernels.ForwardArgs>)SoftmaxKernels.Forward,
        (Action<SoftmaxKernels.BackwardArgs>)SoftmaxKernels.Backward,
        (Action<SoftmaxKernels.ForwardArgs>)SoftmaxKernels.LogForward,
        (Action<SoftmaxKernels.BackwardArgs>)SoftmaxKernels.LogBackward,
        (Action<SoftmaxCrossEntropyKernels.Args>)SoftmaxCrossEntropyKernels.Pass,
        (Action<SigmoidCrossEntropyKernels.Args>)SigmoidCrossEntropyKernels.Pass,
        (Action<GroupSum.TotalArgs>)GroupSum.Total,
        (Action<ClassificationMeterKernels.Args>)ClassificationMeterKernels.Add,
        (Action<DropoutKernels.ForwardArgs>)DropoutKernels.Forward,
        (Action<DropoutKernels.MultiplyArgs>)DropoutKernels.Multiply,
        (Action<SgdKernels.Args>)SgdKernels.Step,
        (Action<AdamKernels.Args>)AdamKernels.Step,
        (Action<StepClock.AdvanceArgs>)StepClock.AdvanceKernel,
    ];

    public static TheoryData<string> Names => [.. Kernels.Select(Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kernel_ForAnNvidiaGpu_CompilesWithoutLocalMemoryOrApproximateExponentials(string name)
    {
        MethodInfo method = Kernels.Single(kernel => Name(kernel) == name).Method;
        using var context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, null!);

        var kernel = (PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(method), KernelSpecialization.Empty);

        Assert.Contains(".entry", kernel.PTXAssembly, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", kernel.PTXAssembly, StringComparison.Ordinal);
        Assert.DoesNotContain("ex2.approx", kernel.PTXAssembly, StringComparison.Ordinal);
        Assert.DoesNotContain("lg2.approx", kernel.PTXAssembly, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("NATIVECNN_PTX") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, name + ".ptx"), kernel.PTXAssembly);
        }
    }

    private static string Name(Delegate kernel) => $"{kernel.Method.DeclaringType!.Name}.{kernel.Method.Name}";
}
