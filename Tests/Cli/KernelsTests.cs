using System.Text.Json;
using ILGPU.Runtime.Cuda;
using NativeCnn.Cli.Errors;
using NativeCnn.Engine.Caching;
using NativeCnn.Engine.Kernels;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Tests.Cli;

/// <summary><c>kernels</c>. One test after another, for they set environment variables.</summary>
[Collection(Alone.Name)]
public sealed class KernelsTests : IDisposable
{
    private readonly string? before = Environment.GetEnvironmentVariable(Ptxas.Variable);
    private readonly string? cacheBefore = Environment.GetEnvironmentVariable(KernelCache.FolderVariable);
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void List_NamesEveryKernelOnce()
    {
        JsonElement[] lines = CliRun.Of("kernels", "list", "--json").Succeeded().Json;

        Assert.Equal(
            ProductKernels.All.Select(kernel => kernel.Name),
            lines.Select(line => line.GetProperty("name").GetString()));
        JsonElement tiled = lines.Single(line => line.GetProperty("name").GetString() == "mat-mul.tiled");
        Assert.Equal("mat-mul", tiled.GetProperty("operator").GetString());
        Assert.Equal(2, tiled.GetProperty("rung").GetInt32());
        Assert.Equal("MatMulKernels.Tiled", tiled.GetProperty("method").GetString());
        Assert.Equal("matmul", tiled.GetProperty("ladder").GetString());
        Assert.True(tiled.GetProperty("registers").GetInt32() > 0);
        Assert.Equal(0, tiled.GetProperty("local_bytes").GetInt32());
        Assert.Equal(1 + lines.Length, CliRun.Of("kernels", "list").Succeeded().Output.Length);
    }

    [Fact]
    public void Choices_OfADevice_NameTheRungOfEveryPlan()
    {
        JsonElement[] lines = CliRun.Of(
            "kernels", "choices", "--device", "simulator", "--rung", "matmul=2", "--json").Succeeded().Json;

        JsonElement[] products = [.. lines.Where(line => line.GetProperty("ladder").GetString() == "matmul")];
        Assert.NotEmpty(products);
        Assert.All(products, line => Assert.Equal(2, line.GetProperty("rung").GetInt32()));
        Assert.Contains(products, line => line.GetProperty("default").GetInt32() == 3);
        Assert.Contains("host bodies", CliRun.Of("kernels", "choices", "--device", "cpu").Succeeded().Output[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Choices_OfARungThatIsNotThere_ListsWhatThereIs()
    {
        CliRun run = CliRun.Of("kernels", "choices", "--device", "simulator", "--rung", "matmul=7");
        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.Contains("it has 1, 2, 3, 4", Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ptx --arch sm_75", ".target sm_75")]
    [InlineData("ptx", ".target sm_80")]
    [InlineData("opencl", "kernel void")]
    public void Show_OneKernel_PrintsItsCode(string target, string code)
    {
        UsePtxas("""
            echo "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads"
            echo "ptxas info    : Used 9 registers"
            """);
        CliRun run = CliRun.Of(["kernels", "show", "relu.forward", "--target", .. target.Split(' ')]).Succeeded();

        Assert.StartsWith(
            "// relu.forward, rung 1, ActivationKernels<Relu>.Forward", run.Output[0], StringComparison.Ordinal);
        Assert.Contains(run.Output, line => line.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public void Show_WithPtxas_SaysWhatTheKernelTakes()
    {
        UsePtxas("""
            grep -q '.target sm_80' "$5" || exit 3
            echo "ptxas info    : Compiling entry function 'Forward' for 'sm_80'" >&2
            echo "    16 bytes stack frame, 8 bytes spill stores, 4 bytes spill loads" >&2
            echo "ptxas info    : Used 40 registers, 1088 bytes smem, 464 bytes cmem[0]" >&2
            """);
        CliRun run = CliRun.Of("kernels", "show", "relu.forward", "--arch", "sm_80").Succeeded();
        Assert.EndsWith(
            "sm_80: 40 registers, 16 bytes of stack, 12 bytes spilled, 1088 bytes shared", run.Output[0],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 'ptxas fatal   : Unknown instruction' >&2; exit 255", "Unknown instruction")]
    [InlineData("echo all is well", "all is well")]
    public void Show_WithAPtxasThatFails_FailsWithWhatItSaid(string script, string said)
    {
        UsePtxas(script);
        CliRun run = CliRun.Of("kernels", "show", "relu.forward");
        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains(said, Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [Fact]
    public void Show_WithAPtxasThatIsNotThere_NamesTheVariable()
    {
        Environment.SetEnvironmentVariable(Ptxas.Variable, "/no/such/ptxas");
        CliRun run = CliRun.Of("kernels", "show", "relu.forward");
        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains(Ptxas.Variable, Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [Fact]
    public void Show_AsOpenClWhatOpenClLacks_SaysWhy()
    {
        CliRun run = CliRun.Of("kernels", "show", "softmax.warp-forward", "--target", "opencl");
        Assert.Equal(ExitCodes.BadInput, run.ExitCode);
        Assert.Contains("shuffles", Assert.Single(run.Error), StringComparison.Ordinal);
    }

    [Theory]
    [Trait(Slow.Category, Slow.Name)]
    [InlineData("ptx", "adam.step.ptx")]
    [InlineData("opencl", "adam.step.cl")]
    public void Show_All_WritesAFileAKernel(string target, string file)
    {
        string kernels = folder["kernels"];
        CliRun run = CliRun.Of("kernels", "show", "--all", "--target", target, "--output", kernels).Succeeded();

        int count = ProductKernels.All.Count(kernel => target == "ptx" || kernel.WhyNotOnOpenCl is null);
        Assert.StartsWith($"{count} kernels", Assert.Single(run.Output), StringComparison.Ordinal);
        Assert.Equal(count, Directory.GetFiles(kernels).Length);
        Assert.True(File.Exists(Path.Combine(kernels, file)));
    }

    [Fact]
    public void Show_OfWhatIsKept_PrintsThatAndCompilesNothing()
    {
        Environment.SetEnvironmentVariable(KernelCache.FolderVariable, folder["kept"]);
        CliRun.Of("kernels", "show", "relu.forward").Succeeded();
        PortableKernel relu = ProductKernels.All.Single(kernel => kernel.Name == "relu.forward");
        string key = KernelKey.OfPtx(relu.Method, CudaArchitecture.SM_90, CudaInstructionSet.ISA_78)!;
        Assert.NotNull(KernelCache.In(folder["kept"]).Read(key));
        KernelCache.In(folder["kept"]).Write(key, "as it is kept"u8.ToArray());

        Assert.Equal("as it is kept", CliRun.Of("kernels", "show", "relu.forward").Succeeded().Output[1]);
    }

    [Fact]
    public void Cache_WithKernelsInIt_TellsThemAndClearsThem()
    {
        Environment.SetEnvironmentVariable(KernelCache.FolderVariable, folder["kept"]);
        Assert.Equal(
            $"{folder["kept"]}: nothing is kept", Assert.Single(CliRun.Of("kernels", "cache").Succeeded().Output));
        KernelCache.In(folder["kept"]).Write("a kernel", new byte[2000]);

        JsonElement told = Assert.Single(CliRun.Of("kernels", "cache", "--json").Succeeded().Json);
        Assert.Equal(folder["kept"], told.GetProperty("folder").GetString());
        Assert.Equal(1, told.GetProperty("files").GetInt32());
        Assert.InRange(told.GetProperty("bytes").GetInt64(), 2000, 3000);
        Assert.EndsWith(
            "nothing is kept; 1 file deleted",
            Assert.Single(CliRun.Of("kernels", "cache", "--clear").Succeeded().Output), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder["kept"]));
    }

    [Fact]
    public void Cache_SwitchedOff_SaysSo()
    {
        Environment.SetEnvironmentVariable(KernelCache.FolderVariable, "off");
        Assert.StartsWith(
            "no kernels are kept", Assert.Single(CliRun.Of("kernels", "cache", "--clear").Succeeded().Output),
            StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(KernelCache.FolderVariable, cacheBefore);
        Environment.SetEnvironmentVariable(Ptxas.Variable, before);
        folder.Dispose();
    }

    // A shell script in place of the assembler, which is called as `ptxas -v -arch=.. -o OUTPUT INPUT`.
    private void UsePtxas(string script)
    {
        string path = folder.Text("ptxas", "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Environment.SetEnvironmentVariable(Ptxas.Variable, path);
    }
}
