// Only regular files are read: opening a pipe waits for whoever writes to it, and a device may never end. .NET has no
// call that tells them apart before a file is opened, so that Linux is asked (statx, whose record is the same on every
// processor); on other systems a path is taken for what it says.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NativeCnn.Features.Audio;

/// <summary>Opens files that are files.</summary>
internal static partial class RegularFile
{
    private const int CurrentFolder = -100;
    private const uint TypeAndMode = 1;
    private const int RecordBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeBits = 0xF000;
    private const int RegularType = 0x8000;
    private const int FolderType = 0x4000;

    /// <summary>Opens a file to read it.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="IOException">It is a pipe, a socket or a device, or cannot be opened.</exception>
    public static SafeFileHandle Open(string path, FileOptions options = FileOptions.None)
    {
        if (OperatingSystem.IsLinux() && IsSpecial(path))
        {
            throw new IOException("it is a pipe or a device, no file");
        }

        return File.OpenHandle(path, options: options);
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <exception cref="IOException">It is a pipe, a socket or a device, of 2 GiB or more, or cannot be read.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        using SafeFileHandle handle = Open(path, FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(handle);
        if (length > Array.MaxLength)
        {
            throw new IOException($"'{path}' holds {length} bytes, more than 2 GiB");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        int have = 0;
        while (have < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(have), have) is var read and > 0)
        {
            have += read;
        }

        return have == bytes.Length ? bytes : bytes[..have];
    }

    /// <summary>Reads a whole file as text: UTF-8, or what its first bytes say.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <exception cref="IOException">It is a pipe, a socket or a device, of 2 GiB or more, or cannot be read.</exception>
    public static string ReadAllText(string path)
    {
        using var reader = new StreamReader(new MemoryStream(ReadAllBytes(path)));
        return reader.ReadToEnd();
    }

    // What is not there, or may not be asked for, is left to the opening, which says why.
    private static bool IsSpecial(string path)
    {
        Span<byte> record = stackalloc byte[RecordBytes];
        if (Status(CurrentFolder, path, 0, TypeAndMode, record) != 0)
        {
            return false;
        }

        int type = BinaryPrimitives.ReadUInt16LittleEndian(record[ModeOffset..]) & TypeBits;
        return type is not (RegularType or FolderType);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Status(int folder, string path, int flags, uint mask, Span<byte> record);
}
