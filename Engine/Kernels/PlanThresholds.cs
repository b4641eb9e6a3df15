// From which shapes on a higher rung of a ladder is taken, where kernels and not host bodies run: one small table a
// device class. The defaults are of an H200. `nativecnn bench tune` measures a device's own and writes a file; the
// environment variable NATIVECNN_THRESHOLDS names it. Another table may mean other kernels, and so other last bits.
using System.Text.Json;
using NativeCnn.Engine.Messages;

namespace NativeCnn.Engine.Kernels;

/// <summary>The thresholds of the plans of one device.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record PlanThresholds
{
    /// <summary>The environment variable that names a file of <c>nativecnn bench tune</c>.</summary>
    public const string Variable = "NATIVECNN_THRESHOLDS";

    private const int MultiprocessorsOfH200 = 132;

    /// <summary>The defaults.</summary>
    public static PlanThresholds Default { get; } = new();

    /// <summary>Every threshold, in the order of files and tables.</summary>
    public static IReadOnlyList<PlanThreshold> All { get; } =
    [
        new("matmul.terms", "terms of a sum for Tiled", t => t.MatMulTerms, (t, n) => t with { MatMulTerms = n }),
        new("matmul.4x4", "rows, and columns, for Registers4x4", t => t.MatMul4x4,
            (t, n) => t with { MatMul4x4 = n }),
        new("matmul.8x8", "rows, and columns, for Registers8x8", t => t.MatMul8x8,
            (t, n) => t with { MatMul8x8 = n }),
        new("matmul.8x8-groups", "groups of threads for Registers8x8", t => t.MatMul8x8Groups,
            (t, n) => t with { MatMul8x8Groups = n }),
        new("matmul.copies", "rows, and columns, for Copied8x8 in its place where copies are asynchronous",
            t => t.MatMulCopies, (t, n) => t with { MatMulCopies = n }),
        new("conv1d.terms", "terms of a sum for Tiled", t => t.ConvTerms, (t, n) => t with { ConvTerms = n }),
        new("conv1d.tiled", "rows for Tiled", t => t.ConvTiled, (t, n) => t with { ConvTiled = n }),
        new("conv1d.registers", "rows for Registers", t => t.ConvRegisters, (t, n) => t with { ConvRegisters = n }),
        new("conv1d.8x8", "rows for Registers8x8", t => t.Conv8x8, (t, n) => t with { Conv8x8 = n }),
        new("conv1d.8x8-groups", "groups of threads for Registers8x8", t => t.Conv8x8Groups,
            (t, n) => t with { Conv8x8Groups = n }),
        new("conv1d.weight-tiled", "filters, and weights of one, for Tiled gradients of weights", t => t.WeightTiled,
            (t, n) => t with { WeightTiled = n }),
        new("conv1d.weight-registers", "filters, and weights of one, for Registers", t => t.WeightRegisters,
            (t, n) => t with { WeightRegisters = n }),
    ];

    /// <summary>Terms of a sum from which a matrix product is tiled.</summary>
    public int MatMulTerms { get; init; } = 16;

    /// <summary>Rows and columns from which a matrix product keeps 4 x 4 elements in registers.</summary>
    public int MatMul4x4 { get; init; } = 32;

    /// <summary>Rows and columns from which it keeps 8 x 8.</summary>
    public int MatMul8x8 { get; init; } = 128;

    /// <summary>Groups of threads that it must have then.</summary>
    public int MatMul8x8Groups { get; init; } = 96;

    /// <summary>
    /// Rows and columns from which it brings its operands by asynchronous copies: by default never, for no card has
    /// measured that yet, and the rung below is measured.
    /// </summary>
    public int MatMulCopies { get; init; } = int.MaxValue;

    /// <summary>Terms of a sum from which a convolution is tiled.</summary>
    public int ConvTerms { get; init; } = 8;

    /// <summary>Filters of a group (channels for the gradient of the input) from which it is.</summary>
    public int ConvTiled { get; init; } = 4;

    /// <summary>Those from which it keeps 4 x 6 outputs in registers.</summary>
    public int ConvRegisters { get; init; } = 8;

    /// <summary>Those from which it keeps 8 x 8.</summary>
    public int Conv8x8 { get; init; } = 32;

    /// <summary>Groups of threads that it must have then.</summary>
    public int Conv8x8Groups { get; init; } = 2 * MultiprocessorsOfH200;

    /// <summary>Filters of a group, and weights of a filter, from which the gradient of the weights is tiled.</summary>
    public int WeightTiled { get; init; } = 4;

    /// <summary>Those from which it keeps 4 x 4 weights in registers.</summary>
    public int WeightRegisters { get; init; } = 8;

    /// <summary>The table for a device: of the file that the environment names, else the defaults.</summary>
    /// <exception cref="PlanThresholdsException">The file cannot be read.</exception>
    internal static PlanThresholds For(string selector, string name) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path && selector != "cpu"
            ? Of(ReadFile(path), selector, name)
            : Default;

    /// <summary>
    /// The table for a device among those of a file: the first whose class is a part of what the driver calls it, in
    /// any case of the letters, or its selector's backend (<c>cuda</c>); else the defaults.
    /// </summary>
    /// <param name="tables">The tables, by device class.</param>
    /// <param name="selector">What selects the device: <c>cuda:0</c>.</param>
    /// <param name="name">What its driver calls it.</param>
    public static PlanThresholds Of(
        IReadOnlyDictionary<string, PlanThresholds> tables, string selector, string name)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(name);
        string backend = selector.Split(':')[0];
        return tables
            .Where(one => name.Contains(one.Key, StringComparison.OrdinalIgnoreCase) ||
                one.Key.Equals(backend, StringComparison.OrdinalIgnoreCase))
            .Select(one => one.Value).FirstOrDefault() ?? Default;
    }

    /// <summary>The tables of a file, by device class.</summary>
    /// <exception cref="PlanThresholdsException">It cannot be read.</exception>
    public static IReadOnlyDictionary<string, PlanThresholds> ReadFile(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException
            or PlanThresholdsException)
        {
            throw new PlanThresholdsException(
                $"{path} is no file of thresholds ({error.Message}); write it with `nativecnn bench tune --output " +
                $"{path}`, or unset {Variable}", error);
        }
    }

    /// <summary>Tables from JSON, <c>{"NVIDIA H200": {"matmul.terms": 16}}</c>; what is left out is the default.
    /// </summary>
    internal static IReadOnlyDictionary<string, PlanThresholds> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new PlanThresholdsException("it is no object of device classes");
        }

        Dictionary<string, PlanThresholds> tables = new(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty one in document.RootElement.EnumerateObject())
        {
            if (one.Value.ValueKind != JsonValueKind.Object)
            {
                throw new PlanThresholdsException($"'{one.Name}' is no object of thresholds");
            }

            PlanThresholds table = Default;
            foreach (JsonProperty number in one.Value.EnumerateObject())
            {
                PlanThreshold threshold = All.FirstOrDefault(some => some.Name == number.Name)
                    ?? throw new PlanThresholdsException(
                        $"there is no threshold '{number.Name}'" +
                        $"{Suggestion.Before(number.Name, All.Select(some => some.Name))} there are " +
                        string.Join(", ", All.Select(some => some.Name)));
                table = number.Value.ValueKind == JsonValueKind.Number &&
                    number.Value.TryGetInt32(out int value) && value >= 1
                    ? threshold.With(table, value)
                    : throw new PlanThresholdsException($"'{number.Name}' takes a whole number from 1 on");
            }

            tables[one.Name] = table;
        }

        return tables;
    }

    /// <summary>Tables as JSON, which <see cref="ReadFile"/> reads.</summary>
    public static string ToJson(IReadOnlyDictionary<string, PlanThresholds> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            foreach ((string device, PlanThresholds table) in tables)
            {
                writer.WriteStartObject(device);
                foreach (PlanThreshold threshold in All)
                {
                    writer.WriteNumber(threshold.Name, threshold.Get(table));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
