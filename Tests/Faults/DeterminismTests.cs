// What docs/determinism.md promises: the same device and seed give the same bits, whatever the number of workers; and
// devices differ by no more than its table says.
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Presets;
using NativeCnn.Tests.Cli;
using NativeCnn.Tests.Model;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Tests.Faults;

public sealed class DeterminismTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Networks => [.. NetworkPresets.Names];

    public static TheoryData<string> OtherDevices => [.. TestDevices.Portable()];

    public void Dispose() => folder.Dispose();

    [Theory]
    [Trait(Slow.Category, Slow.Name)]
    [MemberData(nameof(Networks))]
    public void Training_WithAnyNumberOfWorkers_GivesTheSameBytes(string network) =>
        SameForAllWorkers(
            "--model", network, "--clips-per-class", "6", "--clip-seconds", "0.3", "--epochs", "2", "--batch-size", "8");

    [Theory]
    [Trait(Slow.Category, Slow.Name)]
    [InlineData("article", "mfcc")]
    [InlineData("deep", "article")]
    [InlineData("small", "logmel-cmn")]
    public void Training_OnWholeMiniBatchesWithAugmentation_GivesTheSameBytesForAnyNumberOfWorkers(
        string network, string features) =>
        SameForAllWorkers(
            "--model", network, "--features", features, "--clips-per-class", "14", "--clip-seconds", "0.6",
            "--epochs", "1", "--augment", "shift=0.01,speed,gain,noise,time-masks,band-masks,mixup",
            "--label-smoothing", "0.1");

    [Theory]
    [MemberData(nameof(OtherDevices))]
    public void Operators_OnAnotherDevice_DifferByNoMoreThanTheTableSays(string selector)
    {
        Dictionary<string, double> bounds = Bounds();
        using ComputeDevice host = ComputeDevice.Open("cpu", 1);
        using ComputeDevice other = ComputeDevice.Open(selector);
        List<string> wrong = [];
        foreach (KernelCase one in OperatorCases.Of(CaseSizes.Small))
        {
            double apart = UlpsBetween(Compute(one, host), Compute(one, other));
            if (!bounds.TryGetValue(one.Name, out double bound) || !(apart <= bound))
            {
                wrong.Add($"| `{one.Name}` | {apart:0.##} |, {bound} in the table");
            }
        }

        Assert.True(wrong.Count == 0, $"docs/determinism.md, {selector}:\n{string.Join('\n', wrong)}");
    }

    private void SameForAllWorkers(params string[] options)
    {
        byte[] expected = Train(1);
        Assert.All((int[])[1, 2, 3, 4], workers => Assert.Equal(expected, Train(workers)));

        byte[] Train(int workers)
        {
            CliRun.Of(
            [
                "train", .. options, "--seed", "5", "--device", "cpu", "--workers", $"{workers}", "--no-cache", "--force",
                "--output", folder["run"],
            ]).Succeeded();
            return File.ReadAllBytes(folder["run/checkpoint/checkpoint.safetensors"]);
        }
    }

    /// <summary>What a case computes: the tensors that its call knows, by name.</summary>
    private static SortedDictionary<string, float[]> Compute(KernelCase one, ComputeDevice device)
    {
        Func<Action> plan = one.Prepare(device);
        Action call = plan();
        call();
        device.Synchronize();
        var found = new SortedDictionary<string, float[]>(StringComparer.Ordinal);
        Collect(plan.Target!, "", found);
        Collect(call.Target!, "call.", found);
        Assert.NotEmpty(found);
        return found;
    }

    private static void Collect(object closure, string prefix, SortedDictionary<string, float[]> found)
    {
        foreach (FieldInfo field in closure.GetType().GetFields(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            object? value = field.GetValue(closure);
            if (value is Tensor<float> tensor)
            {
                found[prefix + field.Name] = tensor.ToArray();
            }
            else if (value is not null && value.GetType().IsDefined(typeof(CompilerGeneratedAttribute), false))
            {
                Collect(value, $"{prefix}{field.Name}.", found);
            }
        }
    }

    /// <summary>
    /// The largest difference of two elements, in units in the last place of the largest number of their tensor.
    /// </summary>
    private static double UlpsBetween(SortedDictionary<string, float[]> one, SortedDictionary<string, float[]> other)
    {
        Assert.Equal(one.Keys, other.Keys);
        double most = 0;
        foreach ((string name, float[] values) in one)
        {
            float largest = values.Select(Math.Abs).DefaultIfEmpty(0).Max();
            double ulp = largest == 0 ? float.Epsilon : MathF.BitIncrement(largest) - (double)largest;
            float[] others = other[name];
            for (int i = 0; i < values.Length; i++)
            {
                if (BitConverter.SingleToInt32Bits(values[i]) != BitConverter.SingleToInt32Bits(others[i]))
                {
                    double apart = Math.Abs((double)values[i] - others[i]) / ulp;
                    most = double.IsNaN(apart) ? double.PositiveInfinity : Math.Max(most, apart);
                }
            }
        }

        return most;
    }

    /// <summary>The table of the page: a case and its bound.</summary>
    private static Dictionary<string, double> Bounds()
    {
        using Stream page = typeof(DeterminismTests).Assembly.GetManifestResourceStream("determinism.md")!;
        return new StreamReader(page).ReadToEnd().Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(
                cells => cells[1].Trim('`'), cells => double.Parse(cells[2], CultureInfo.InvariantCulture));
    }
}
