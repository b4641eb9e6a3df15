// The portable kernels of transforms and features compile for NVIDIA GPUs on a machine that has none.
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Operators;
using NativeCnn.Features;

namespace NativeCnn.Tests.Features;

public sealed class FeatureKernelsPtxTests
{
    private static readonly Delegate[] Kernels =
    [
        (Action<RealFftKernels.Args>)RealFftKernels.ForwardShort,
        (Action<RealFftKernels.Args>)RealFftKernels.ForwardLong,
        (Action<RealFftKernels.Args>)RealFftKernels.InverseShort,
        (Action<RealFftKernels.Args>)RealFftKernels.InverseLong,
        (Action<RealFftKernels.Args>)RealFftKernels.SplitAll,
        (Action<RealFftKernels.Args>)RealFftKernels.JoinAll,
        (Action<RealFftKernels.Args>)RealFftKernels.ScaleAll,
        (Action<RealFftKernels.PassArgs>)RealFftKernels.Pass4,
        (Action<RealFftKernels.PassArgs>)RealFftKernels.Pass2,
        (Action<AnyFftKernels.Args>)AnyFftKernels.RowShort,
        (Action<AnyFftKernels.Args>)AnyFftKernels.RowLong,
        (Action<AnyFftKernels.Args>)AnyFftKernels.ChirpLoad,
        (Action<AnyFftKernels.Args>)AnyFftKernels.ChirpFilter,
        (Action<AnyFftKernels.Args>)AnyFftKernels.ChirpEnd,
        (Action<AnyFftKernels.Args>)AnyFftKernels.Write,
        (Action<FeatureKernels.LogMelArgs>)FeatureKernels.LogMelShort,
        (Action<FeatureKernels.LogMelArgs>)FeatureKernels.LogMelLong,
        (Action<FeatureKernels.LogMelArgs>)FeatureKernels.Frame,
        (Action<FeatureKernels.ConditionArgs>)FeatureKernels.Condition,
        (Action<FeatureKernels.CepstrumArgs>)FeatureKernels.EnergyRow,
        (Action<Deltas.Args>)Deltas.Filter,
        (Action<FeatureKernels.LogMelArgs>)FeatureKernels.Power,
        (Action<FeatureKernels.LogMelArgs>)FeatureKernels.Mel,
        (Action<FeatureKernels.CepstrumArgs>)FeatureKernels.Cepstrum,
        (Action<FeatureKernels.CepstrumArgs>)FeatureKernels.LimitTile,
        (Action<FeatureKernels.CepstrumArgs>)FeatureKernels.FrameMaximum,
        (Action<Normalizer.Args>)Normalizer.ApplyKernel,
    ];

    public static TheoryData<string> Names => [.. Kernels.Select(Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kernel_ForAnNvidiaGpu_CompilesWithoutLocalMemoryOrApproximations(string name)
    {
        MethodInfo method = Kernels.Single(kernel => Name(kernel) == name).Method;
        using var context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, null!);

        var kernel = (PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(method), KernelSpecialization.Empty);

        Assert.Contains(".entry", kernel.PTXAssembly, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", kernel.PTXAssembly, StringComparison.Ordinal);
        foreach (string approximation in new[] { "lg2.approx", "sin.approx", "sqrt.approx" })
        {
            Assert.DoesNotContain(approximation, kernel.PTXAssembly, StringComparison.Ordinal);
        }

        if (Environment.GetEnvironmentVariable("NATIVECNN_PTX") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, name + ".ptx"), kernel.PTXAssembly);
        }
    }

    private static string Name(Delegate kernel) => $"{kernel.Method.DeclaringType!.Name}.{kernel.Method.Name}";
}
