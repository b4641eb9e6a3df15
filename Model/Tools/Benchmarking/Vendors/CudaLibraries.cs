// Where cuBLAS, cuFFT and NVML lie. ILGPU.Algorithms 1.5.3 asks for libcublas.so.10 to .12, libcufft.so.10 to .12 and
// nvidia-ml.so; CUDA 13 has libcublas.so.13, the driver installs libnvidia-ml.so.1 alone, and PyTorch's packages keep
// all of them in folders of their own, which NATIVECNN_CUDA_LIBRARIES names.
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ILGPU.Runtime.Cuda;

namespace NativeCnn.Tools.Benchmarking.Vendors;

/// <summary>Finds NVIDIA's libraries for ILGPU.Algorithms.</summary>
internal static class CudaLibraries
{
    /// <summary>The environment variable with folders, separated as in PATH.</summary>
    public const string Variable = "NATIVECNN_CUDA_LIBRARIES";

    private static readonly Lock Gate = new();
    private static bool isInstalled;

    /// <summary>From now on, what the system does not find by itself is looked for; once a process.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (!isInstalled)
            {
                isInstalled = true;
                Assembly algorithms = typeof(CuBlas).Assembly;
                AssemblyLoadContext.Default.ResolvingUnmanagedDll += (asking, name) =>
                    asking == algorithms ? Load(name, Folders()) : 0;
            }
        }
    }

    /// <summary>What is tried for a name that was not found, in this order.</summary>
    /// <param name="asked">What ILGPU.Algorithms asks for.</param>
    internal static IReadOnlyList<string> NamesOf(string asked) => asked switch
    {
        "libcublas.so.12" => [asked, "libcublas.so.13"],
        "cublas64_12.dll" => [asked, "cublas64_13.dll"],
        "cufft64_11.dll" => [asked, "cufft64_12.dll"],
        "nvidia-ml.so" => ["libnvidia-ml.so.1"],
        _ => [asked],
    };

    /// <summary>Files to load for a name: by folder and name, then what the system's own search may find.</summary>
    internal static IEnumerable<string> FilesOf(string asked, IReadOnlyList<string> folders) =>
        NamesOf(asked).SelectMany(name =>
            (IEnumerable<string>)[.. folders.Select(folder => Path.Combine(folder, name)).Where(File.Exists), name]);

    private static nint Load(string asked, IReadOnlyList<string> folders)
    {
        foreach (string file in FilesOf(asked, folders))
        {
            // cuBLAS needs cuBLASLt of the same folder, which the system would not look into.
            string light = file.Replace("libcublas.so", "libcublasLt.so", StringComparison.Ordinal);
            if (light != file && File.Exists(light))
            {
                NativeLibrary.TryLoad(light, out _);
            }

            if (NativeLibrary.TryLoad(file, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static IReadOnlyList<string> Folders()
    {
        string named = Environment.GetEnvironmentVariable(Variable) ?? "";
        string?[] toolkits =
        [
            Environment.GetEnvironmentVariable("CUDA_HOME"), Environment.GetEnvironmentVariable("CUDA_PATH"),
            "/usr/local/cuda",
        ];
        return
        [
            .. named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            .. toolkits.OfType<string>().Select(one =>
                Path.Combine(one, OperatingSystem.IsWindows() ? "bin" : "lib64")),
        ];
    }
}
