// The dozen functions of MPI that training needs, from whatever library the launcher brings. Only bytes travel, so two
// handles are all that differs: the communicator of all processes, and the type of a byte. Open MPI exports both as
// symbols whose address is the handle; MPICH and MS-MPI have 32-bit numbers (mpi.h of MPICH 4); MPI 5's own interface
// has small numbers in the size of a pointer (MPI 5.0, appendix A). A request has the size of a pointer or less.
using System.Runtime.InteropServices;

namespace NativeCnn.Model.Clusters.Mpi;

/// <summary>A library of the Message Passing Interface, found and bound.</summary>
internal sealed unsafe class MpiLibrary
{
    private const int Success = 0;
    private const int Funneled = 1;
    private const nint IntegerWorld = 0x4400_0000;
    private const nint IntegerByte = 0x4c00_010d;
    private const nint StandardWorld = 0x101;
    private const nint StandardByte = 0x247;

    // In the order in which they are tried.
    private static readonly (string Name, Func<nint, (nint World, nint Byte)?> Handles)[] Known =
    [
        ("libmpi_abi.so", _ => (StandardWorld, StandardByte)),
        ("libmpi_abi.so.1", _ => (StandardWorld, StandardByte)),
        ("libmpi.so.40", OfSymbols),
        ("libmpi.so.12", _ => (IntegerWorld, IntegerByte)),
        ("msmpi.dll", _ => (IntegerWorld, IntegerByte)),
    ];

    private readonly nint library;
    private readonly nint world;
    private readonly nint ofByte;
    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> gather;
    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> exchange;
    private readonly delegate* unmanaged<nint*, int*, void*, int> test;

    private MpiLibrary(string name, nint library, nint world, nint ofByte)
    {
        Name = name;
        this.library = library;
        this.world = world;
        this.ofByte = ofByte;
        gather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Find("MPI_Iallgather");
        exchange = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Find("MPI_Ialltoall");
        test = (delegate* unmanaged<nint*, int*, void*, int>)Find("MPI_Test");
    }

    /// <summary>The file that it was loaded from.</summary>
    public string Name { get; }

    /// <summary>Loads the first library that is there, and begins.</summary>
    /// <exception cref="ClusterException">There is none, or it does not begin.</exception>
    public static MpiLibrary Begin()
    {
        foreach ((string name, Func<nint, (nint, nint)?> handles) in Known)
        {
            nint library = Open(name);
            if (library != 0 && handles(library) is var (world, ofByte))
            {
                var found = new MpiLibrary(name, library, world, ofByte);
                found.Init();
                return found;
            }
        }

        throw new ClusterException(
            "this process was started by MPI, but no library of MPI can be loaded (" +
            string.Join(", ", Known.Select(one => one.Name)) +
            "): install the one that belongs to the launcher, for instance Debian's openmpi-bin, or put its folder into " +
            "LD_LIBRARY_PATH");
    }

    /// <summary>What the library calls itself, in a line: <c>Open MPI v4.1.4</c>.</summary>
    public string Version()
    {
        const int longest = 8192;
        byte* text = stackalloc byte[longest];
        int length = 0;
        var function = (delegate* unmanaged<byte*, int*, int>)Find("MPI_Get_library_version");
        Expect(function(text, &length), "MPI_Get_library_version");
        string all = Marshal.PtrToStringUTF8((nint)text) ?? Name;
        return all.Split([',', '\n'], 2)[0].Trim();
    }

    /// <summary>This process among all.</summary>
    public int Rank() => Number("MPI_Comm_rank");

    /// <summary>How many there are.</summary>
    public int Size() => Number("MPI_Comm_size");

    /// <summary>Begins to gather a block of bytes from each process into all of them; see <see cref="IsDone"/>.</summary>
    /// <param name="own">The block, which must stay where it is.</param>
    /// <param name="all">Room for all, which must stay where it is.</param>
    /// <param name="length">Bytes of a block.</param>
    public nint BeginGather(void* own, void* all, int length)
    {
        nint request = 0;
        Expect(gather(own, length, ofByte, all, length, ofByte, world, &request), "MPI_Iallgather");
        return request;
    }

    /// <summary>Begins to give each process its block of each process; see <see cref="IsDone"/>.</summary>
    /// <param name="own">This process's blocks, which must stay where they are.</param>
    /// <param name="received">Room for as many, which must stay where it is.</param>
    /// <param name="length">Bytes of a block.</param>
    public nint BeginExchange(void* own, void* received, int length)
    {
        nint request = 0;
        Expect(exchange(own, length, ofByte, received, length, ofByte, world, &request), "MPI_Ialltoall");
        return request;
    }

    /// <summary>Whether a gathering or an exchange is done; makes it go on.</summary>
    public bool IsDone(ref nint request)
    {
        // Room for the status of any library: MPI_STATUS_IGNORE differs.
        long* status = stackalloc long[8];
        int done = 0;
        fixed (nint* at = &request)
        {
            Expect(test(at, &done, status), "MPI_Test");
        }

        return done != 0;
    }

    /// <summary>Ends the use of MPI: all processes do.</summary>
    public void End() => Expect(((delegate* unmanaged<int>)Find("MPI_Finalize"))(), "MPI_Finalize");

    private static (nint World, nint Byte)? OfSymbols(nint library) =>
        NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint world) &&
        NativeLibrary.TryGetExport(library, "ompi_mpi_byte", out nint ofByte)
            ? (world, ofByte)
            : null;

    private static nint Open(string name)
    {
        const int nowAndForAll = 0x102;
        if (OperatingSystem.IsLinux() && name.EndsWith(".dll", StringComparison.Ordinal))
        {
            return 0;
        }

        // Parts that Open MPI loads itself look for symbols of its library among those of the process.
        return OperatingSystem.IsLinux() ? Libc.Open(name, nowAndForAll)
            : NativeLibrary.TryLoad(name, out nint library) ? library : 0;
    }

    private void Init()
    {
        if (OperatingSystem.IsLinux())
        {
            // Open MPI would take the signal for itself by which .NET finds null references.
            Libc.SetEnvironment("OMPI_MCA_opal_signal", "6", 1);
        }

        int provided = 0;
        var init = (delegate* unmanaged<int*, byte***, int, int*, int>)Find("MPI_Init_thread");
        Expect(init(null, null, Funneled, &provided), "MPI_Init_thread");
    }

    private int Number(string name)
    {
        int value = 0;
        Expect(((delegate* unmanaged<nint, int*, int>)Find(name))(world, &value), name);
        return value;
    }

    private nint Find(string name) => NativeLibrary.TryGetExport(library, name, out nint function)
        ? function
        : throw new ClusterException($"the library {Name} has no function {name}: it is none of MPI, or too old");

    private void Expect(int code, string function)
    {
        if (code != Success)
        {
            throw new ClusterException($"{function} of {Name} failed with code {code}");
        }
    }
}
