using System.Reflection;
using ILGPU;
using ILGPU.Runtime.Cuda;
using NativeCnn.Engine.Caching;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Kernels;
using NativeCnn.Engine.Ptx;
using NativeCnn.Engine.Tensors;
using NativeCnn.Tests.Model;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tests.Engine.Devices;

/// <summary>Kernels that an earlier start compiled.</summary>
public sealed class KeptKernelTests : IDisposable
{
    private static readonly PortableKernel Relu = Named("relu.forward");

    private static readonly (CudaArchitecture, CudaInstructionSet, string) Gpu =
        (CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, "12.4");

    private readonly TemporaryFolder folder = new();

    private KernelCache Cache => KernelCache.In(folder["kernels"]);

    [Fact]
    public void Compiler_OfASecondStart_CompilesNothingAndGivesTheSameText()
    {
        string[] names = ["relu.forward", "mat-mul.tiled", "log-softmax.forward"];
        using var first = new KernelCompiler(Cache);
        string[] made = [.. names.Select(name => first.ToPtx(Named(name)))];
        Assert.Equal(names.Length, first.Compiled);

        using var second = new KernelCompiler(Cache);
        Assert.Equal(made, names.Select(name => second.ToPtx(Named(name))));
        Assert.Equal(0, second.Compiled);

        second.ToPtx(Relu, "sm_80");
        Assert.Equal(1, second.Compiled);
        using var without = new KernelCompiler(null);
        without.ToPtx(Relu);
        Assert.Equal(1, without.Compiled);
    }

    [Fact]
    public void Compiler_OfADamagedFile_CompilesAnewAndKeepsThat()
    {
        using var first = new KernelCompiler(Cache);
        first.ToPtx(Relu);
        string path = Assert.Single(Directory.GetFiles(folder["kernels"]));
        File.WriteAllText(path, File.ReadAllText(path).Replace("add.", "sub.", StringComparison.Ordinal));

        using var second = new KernelCompiler(Cache);
        Assert.Contains(".entry", second.ToPtx(Relu), StringComparison.Ordinal);
        using var third = new KernelCompiler(Cache);
        third.ToPtx(Relu);

        Assert.Equal((1, 0), (second.Compiled, third.Compiled));
    }

    [Fact]
    public void Compiler_WhoseFolderCannotBeWritten_CompilesAllTheSame()
    {
        using var compiler = new KernelCompiler(
            KernelCache.In(Path.Combine(folder.Text("file", "in the way"), "kernels")));
        Assert.Contains(".entry", compiler.ToPtx(Relu), StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_RunningWhatWasKept_GivesTheSameBits()
    {
        const int Count = 200;
        using ComputeDevice device = ComputeDevice.Open("ptx");
        MethodInfo method = ((Action<RootArgs>)Root).Method;
        float[][] results =
        [
            .. new[] { null, Cache, Cache }.Select(cache =>
            {
                using var compiler = new KernelCompiler(cache);
                var kernel = new PtxKernel(KernelCatalog.Describe(method), compiler);
                Assert.Equal(cache is { Hits: > 0 } ? 0 : 1, compiler.Compiled);
                Tensor<float> y = device.Allocate<float>(new Shape(Count));
                device.Machine!.Launch(
                    kernel, new KernelConfig(new Index3D(2, 1, 1), new Index3D(64, 1, 1)),
                    new RootArgs(y.View, 3, Count));
                return y.ToArray();
            }),
        ];

        Assert.Equal(MathF.Sqrt(101f / 3f), results[0][101]);
        Assert.All(results, result => Assert.Equal(results[0], result));
        Assert.Single(Directory.GetFiles(folder["kernels"]));
    }

    [Fact]
    public void Key_OfAKernel_ChangesWithItsCodeAndItsTarget()
    {
        string[] keys =
        [
            KernelKey.OfPtx(Relu.Method, CudaArchitecture.SM_80, CudaInstructionSet.ISA_78)!,
            KernelKey.OfPtx(Relu.Method, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78)!,
            KernelKey.OfPtx(Relu.Method, CudaArchitecture.SM_90, CudaInstructionSet.ISA_75)!,
            KernelKey.OfPtx(Named("tanh.forward").Method, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78)!,
            KernelKey.OfPtx(((Action<RootArgs>)Root).Method, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78)!,
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.DoesNotContain('\n', key));
        foreach (Type part in (Type[])[typeof(KernelKey), typeof(Context)])
        {
            Assert.All(keys, key => Assert.Contains(
                $"{part.Module.ModuleVersionId:N}", key, StringComparison.Ordinal));
        }

        Assert.Contains($"{GetType().Module.ModuleVersionId:N}", keys[^1], StringComparison.Ordinal);
        Assert.DoesNotContain($"{GetType().Module.ModuleVersionId:N}", keys[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Image_OfASecondStart_IsNeitherCompiledNorLinked()
    {
        (FakeModules first, FakeModules second) = (new(), new());
        using var compiler = new KernelCompiler(Cache);
        using (CudaKernelImage image = CudaKernelImage.Load(Relu, compiler, Cache, first, Gpu))
        {
            Assert.Equal(PtxArguments.Of(Relu.Method.GetParameters()[0].ParameterType).Bytes, image.ArgumentBytes);
            Assert.Equal((1, 1, 0), (compiler.Compiled, first.Linked, first.Unloaded));
        }

        Assert.Equal(1, first.Unloaded);
        using var again = new KernelCompiler(Cache);
        CudaKernelImage.Load(Relu, again, Cache, second, Gpu).Dispose();
        Assert.Equal((0, 0, 1), (again.Compiled, second.Linked, second.Unloaded));
        Assert.Equal(first.Entry, second.Entry);

        // Another driver makes other machine code of the same text.
        CudaKernelImage.Load(Relu, again, Cache, second, Gpu with { Item3 = "12.6" }).Dispose();
        Assert.Equal((0, 1), (again.Compiled, second.Linked));
    }

    [Fact]
    public void Image_ThatTheDriverRefuses_IsLinkedOnceMore()
    {
        using var compiler = new KernelCompiler(Cache);
        CudaKernelImage.Load(Relu, compiler, Cache, new FakeModules(), Gpu).Dispose();

        var refusing = new FakeModules { Refused = 1 };
        CudaKernelImage.Load(Relu, compiler, Cache, refusing, Gpu).Dispose();
        Assert.Equal((1, 1), (refusing.Linked, refusing.Unloaded));

        var nameless = new FakeModules { HasNoFunction = true };
        Assert.Throws<CudaModuleException>(() => CudaKernelImage.Load(Relu, compiler, Cache, nameless, Gpu));
        Assert.Equal(2, nameless.Unloaded);
    }

    [Fact]
    public void Arguments_ForADriver_LieAsThePtxHasThem()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", workers: 1);
        ArrayView<float> view = device.AllocateView<float>(40);
        var args = new MixedArgs(true, 7, view.SubView(8, 20), -3L, 0.5f, default, Side.Right);
        var writer = new KernelArguments<MixedArgs>();

        byte[] bytes = new byte[writer.Bytes];
        unsafe
        {
            fixed (byte* to = bytes)
            {
                writer.Write(ref args, (nint)to);
            }

            Assert.Equal((long)view.HostAddress() + 32, BitConverter.ToInt64(bytes, 8));
        }

        // bool, padding, int; view; long; float, padding; view; enum, padding.
        Assert.Equal(64, writer.Bytes);
        Assert.Equal((1, 7), (bytes[0], BitConverter.ToInt32(bytes, 4)));
        Assert.Equal(20, BitConverter.ToInt64(bytes, 16));
        Assert.Equal((-3L, 0.5f), (BitConverter.ToInt64(bytes, 24), BitConverter.ToSingle(bytes, 32)));
        Assert.Equal((0L, 0L), (BitConverter.ToInt64(bytes, 40), BitConverter.ToInt64(bytes, 48)));
        Assert.Equal(1, BitConverter.ToInt32(bytes, 56));
    }

    internal static void Root(RootArgs a)
    {
        for (int i = Grid.GlobalLinearIndex; i < a.Count; i += Grid.DimX * Group.DimX)
        {
            a.Y[i] = MathF.Sqrt(i / (float)a.Divisor);
        }
    }

    public void Dispose() => folder.Dispose();

    private static PortableKernel Named(string name) => ProductKernels.All.Single(kernel => kernel.Name == name);

    internal readonly record struct RootArgs(ArrayView<float> Y, int Divisor, int Count);

    internal enum Side
    {
        Left,
        Right,
    }

    internal readonly record struct MixedArgs(
        bool Flag, int Number, ArrayView<float> View, long Large, float Real, ArrayView<int> Empty, Side Side);

    /// <summary>A driver that links to the text itself, and counts.</summary>
    private sealed class FakeModules : ICudaModules
    {
        public int Linked { get; private set; }

        public int Unloaded { get; private set; }

        public string? Entry { get; private set; }

        /// <summary>Modules that it will not load.</summary>
        public int Refused { get; set; }

        public bool HasNoFunction { get; init; }

        public byte[] Link(string ptx)
        {
            Linked++;
            return System.Text.Encoding.UTF8.GetBytes(ptx);
        }

        public nint Load(byte[] image) => Refused-- > 0 ? throw new CudaModuleException("refused") : image.Length;

        public nint Function(nint module, string entry)
        {
            Entry = entry;
            return HasNoFunction ? throw new CudaModuleException("no such function") : module;
        }

        public void Launch(nint function, KernelConfig config, nint arguments) =>
            throw new CudaModuleException("there is no GPU");

        public void Unload(nint module) => Unloaded++;
    }
}
