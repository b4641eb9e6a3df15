// The GPUs that times are estimated for. Multiprocessors, clocks, lanes, sizes and memory: NVIDIA's architecture
// whitepapers ("NVIDIA A100 Tensor Core GPU Architecture", "NVIDIA H100 Tensor Core GPU Architecture", "NVIDIA Ada GPU
// Architecture", "NVIDIA Ampere GA102 GPU Architecture") and data sheets (H200); results a cycle and limits of a
// multiprocessor: CUDA C++ Programming Guide 12, "Arithmetic Instructions" and "Compute Capabilities". Latencies: Luo
// et al., "Benchmarking and Dissecting the Nvidia Hopper GPU Architecture", arXiv 2402.13499, for A100, H100 and RTX
// 4090; those of their generation for the others. Second cache: of A100 the whitepaper's 5,120 bytes a cycle; of H100 and RTX
// 4090 what chipsandcheese.com measured ("Nvidia's H100: Funny L2, and Tons of Bandwidth", 2023; "Microbenchmarking
// Nvidia's RTX 4090", 2022); those of their generation for the others.
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Ptx.Counting;

namespace NativeCnn.Tools.Profiling;

/// <summary>The GPUs that times are estimated for.</summary>
public static class GpuModels
{
    /// <summary>The one that is taken where none is named.</summary>
    public const string DefaultName = "H200";

    private const long Mebibyte = 1 << 20;
    private const int Kibibyte = 1 << 10;

    private static readonly PtxLatencies Ampere = new(4, 29, 38, 262);
    private static readonly PtxLatencies Ada = new(4, 30, 43, 273);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GpuModel> All { get; } =
    [
        new("H200", "sm_90", 132, 1980, 128, 64, 64, 1024, 4800, 5500, 50 * Mebibyte, 256 * Kibibyte, 228 * Kibibyte,
            2048, 32),
        new("H100", "sm_90", 132, 1980, 128, 64, 64, 1024, 3350, 5500, 50 * Mebibyte, 256 * Kibibyte, 228 * Kibibyte,
            2048, 32),
        new("A100", "sm_80", 108, 1410, 64, 64, 32, 512, 2039, 7219, 40 * Mebibyte, 192 * Kibibyte, 164 * Kibibyte,
            2048, 32) { Latencies = Ampere },
        new("RTX4090", "sm_89", 128, 2520, 128, 64, 2, 128, 1008, 5000, 72 * Mebibyte, 128 * Kibibyte, 100 * Kibibyte,
            1536, 24) { Latencies = Ada },
        new("L40S", "sm_89", 142, 2520, 128, 64, 2, 128, 864, 5000, 96 * Mebibyte, 128 * Kibibyte, 100 * Kibibyte,
            1536, 24) { Latencies = Ada },
        new("RTX3090", "sm_86", 82, 1695, 128, 64, 2, 64, 936, 3000, 6 * Mebibyte, 128 * Kibibyte, 100 * Kibibyte,
            1536, 16) { Latencies = Ampere },
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(one => one.Name);

    /// <summary>The GPU of a name, in lower or upper case.</summary>
    /// <exception cref="ProfileException">There is none; the message lists all.</exception>
    public static GpuModel Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string bare = name.Replace(" ", "", StringComparison.Ordinal);
        return All.FirstOrDefault(one => one.Name.Equals(bare, StringComparison.OrdinalIgnoreCase)) ??
            throw new ProfileException(
                $"nothing is known of a GPU '{name}'{Suggestion.Before(name.ToUpperInvariant(), Names)} there are " +
                string.Join(", ", Names));
    }
}
