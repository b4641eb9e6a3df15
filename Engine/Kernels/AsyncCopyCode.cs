// ILGPU 1.5.3 has no cp.async, and its inline PTX takes no address. Its backends do ask for the code of methods that a
// program has registered: here they get the pointers as they are, of shared and of global memory.
using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using ILGPU.IR.Values;
using ILGPU.Runtime.Cuda;

namespace NativeCnn.Engine.Kernels;

/// <summary>The PTX of <see cref="AsyncCopy"/>.</summary>
internal static class AsyncCopyCode
{
    // Of 16 bytes a copy can go past the first cache, which has nothing to keep: a group reads them once.
    private const int BytesPastCache = 16;

    /// <summary>Lets a context's PTX have the copies, and its OpenCL C what does the same at once.</summary>
    public static void AddTo(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        Add(manager, nameof(AsyncCopy.Copy), nameof(Copy));
        Add(manager, nameof(AsyncCopy.Commit), nameof(Commit));
        Add(manager, nameof(AsyncCopy.Wait), nameof(Wait));
    }

    // Of older NVIDIA GPUs the methods' own code is compiled; OpenCL's backend asks for a method that has it.
    private static void Add(IntrinsicImplementationManager manager, string method, string code)
    {
        MethodInfo asked =
            typeof(AsyncCopy).GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        manager.RegisterMethod(
            asked,
            new PTXIntrinsic(
                typeof(AsyncCopyCode), code, IntrinsicImplementationMode.GenerateCode, CudaArchitecture.SM_80));
        manager.RegisterMethod(
            asked, new CLIntrinsic(typeof(AsyncCopyAtOnce), method, IntrinsicImplementationMode.Redirect));
    }

    internal static void Copy(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        Value to = Pointer(call[0], MemoryAddressSpace.Shared);
        Value from = Pointer(call[1], MemoryAddressSpace.Global);
        int bytes = ((AddressSpaceType)to.Type).ElementType.Size;
        using PTXCodeGenerator.CommandEmitter command =
            generator.BeginCommand($"cp.async.{(bytes == BytesPastCache ? "cg" : "ca")}.shared.global");
        command.AppendArgumentValue(generator.LoadHardware(to));
        command.AppendArgumentValue(generator.LoadHardware(from));
        command.AppendConstant((long)bytes);
        command.AppendArgument(generator.LoadPrimitive(call[2]));
    }

    internal static void Commit(PTXBackend backend, PTXCodeGenerator generator, Value call) =>
        generator.Command("cp.async.commit_group");

    internal static void Wait(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        int pending = call[0].Resolve() is PrimitiveValue constant
            ? constant.Int32Value
            : throw new NotSupportedException($"{nameof(AsyncCopy)}.{nameof(AsyncCopy.Wait)} takes a constant");
        using PTXCodeGenerator.CommandEmitter command = generator.BeginCommand("cp.async.wait_group");
        command.AppendConstant((long)pending);
    }

    // What ILGPU casts to an address of no known space is what was cast.
    private static Value Pointer(Value pointer, MemoryAddressSpace space)
    {
        Value found = pointer.Resolve();
        while (found is AddressSpaceCast cast)
        {
            found = cast.Value.Resolve();
        }

        return found.Type is AddressSpaceType type && type.AddressSpace == space
            ? found
            : throw new NotSupportedException(
                $"{nameof(AsyncCopy)} copies from global to shared memory; a view that it was given is not known to " +
                $"be in {space} memory");
    }
}
