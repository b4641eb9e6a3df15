// NCCL and the driver without cards: standin.c, compiled once and loaded by the product's own code.
using System.Runtime.InteropServices;
using NativeCnn.Engine.Graphs;
using NativeCnn.Model.Clusters;
using NativeCnn.Model.Clusters.Nccl;
using NativeCnn.Tests.Support;

namespace NativeCnn.Tests.Model.Clusters.Nccl;

/// <summary>
/// A library that has the functions of NCCL and of the driver, for threads in the place of processes.
/// </summary>
internal static unsafe class NcclStandIn
{
    private static readonly Lazy<nint> Library = new(() =>
    {
        // Loaded until the process ends.
        string folder = Directory.CreateTempSubdirectory("nativecnn-nccl-").FullName;
        string source = Path.Combine(folder, "standin.c");
        using (Stream code = typeof(NcclStandIn).Assembly.GetManifestResourceStream("standin.c")!)
        using (FileStream file = File.Create(source))
        {
            code.CopyTo(file);
        }

        string library = Path.Combine(folder, "libnccl.so");
        Gcc.CompileLibrary(source, library);
        nint loaded = NativeLibrary.Load(library);
        Directory.Delete(folder, recursive: true);
        return loaded;
    });

    /// <summary>What this thread called, in order; it is forgotten then.</summary>
    public static string TakeCalls()
    {
        string calls = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Find("standin_calls"))())!;
        ((delegate* unmanaged<void>)Find("standin_forget"))();
        return calls.Trim();
    }

    /// <summary>Memory of the primary context that this thread has not given back.</summary>
    public static int Blocks => ((delegate* unmanaged<int>)Find("standin_blocks"))();

    /// <summary>Which process cannot join; -1 for none.</summary>
    public static void FailToJoin(int rank) => ((delegate* unmanaged<int, void>)Find("standin_fail_init"))(rank);

    /// <summary>What communicators say went wrong on the way; 0 for nothing.</summary>
    public static void FailLater(int code) => ((delegate* unmanaged<int, void>)Find("standin_fail_later"))(code);

    /// <summary>The library, as the product binds it.</summary>
    public static NcclLibrary Bind() => new(Library.Value);

    /// <summary>Joins as the product does, each process with a card of its own.</summary>
    public static NcclCollective? Join(ICollective processes, Action<string>? remark = null, string? card = null) =>
        NcclCollective.TryJoin(
            processes, card ?? $"{processes.Rank}", Bind,
            () => new CudaPrimaryContext(
                new CudaDriver(Library.Value), card: 3, main: 1,
                mainStream: ((delegate* unmanaged<nint>)Find("standin_main_stream"))()),
            remark ?? (_ => { }));

    private static nint Find(string name) => NativeLibrary.GetExport(Library.Value, name);
}
