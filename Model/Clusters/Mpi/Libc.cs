using System.Runtime.InteropServices;

namespace NativeCnn.Model.Clusters.Mpi;

/// <summary>Functions of the C library that .NET has no equal of.</summary>
internal static partial class Libc
{
    /// <summary>Loads a library, its symbols visible to those loaded later where the flags say so; 0 where there is none.</summary>
    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Open(string name, int flags);

    /// <summary>Sets a variable that native libraries see; .NET's own do not reach them.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);
}
