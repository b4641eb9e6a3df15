using System.Globalization;

namespace NativeCnn.Tools.Kernels;

/// <summary>
/// What NVIDIA's assembler said of every kernel when <c>.ci/ptxas.sh --update</c> last ran:
/// <c>Model/Tools/Kernels/kernels.tsv</c>, which this assembly carries along, so that it is known where there is no
/// assembler.
/// </summary>
public static class AssembledKernels
{
    /// <summary>The GPU that the figures are of.</summary>
    public const string Architecture = "sm_90";

    private static readonly Lazy<Dictionary<string, KernelResources>> Known = new(Read);

    /// <summary>A kernel's figures, or null where it was not yet assembled.</summary>
    /// <param name="kernel">Its name in the catalogue.</param>
    public static KernelResources? Of(string kernel) => Known.Value.GetValueOrDefault(kernel);

    private static Dictionary<string, KernelResources> Read()
    {
        using Stream table = typeof(AssembledKernels).Assembly.GetManifestResourceStream("kernels.tsv")!;
        using var reader = new StreamReader(table);
        Dictionary<string, KernelResources> known = [];
        while (reader.ReadLine() is { } line)
        {
            // kernel, arch, rung, registers, shared, stack, spills
            if (line.Split('\t') is [var kernel, Architecture, _, var registers, var shared, var stack, var spills])
            {
                known.Add(
                    kernel, new KernelResources(Number(registers), Number(shared), Number(stack), Number(spills)));
            }
        }

        return known;
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
