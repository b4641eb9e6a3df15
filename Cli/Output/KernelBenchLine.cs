using System.Globalization;
using NativeCnn.Engine.Devices;
using NativeCnn.Engine.Messages;
using NativeCnn.Tools.Benchmarking;

namespace NativeCnn.Cli.Output;

/// <summary>A measured kernel as a record and as the command that measures it again.</summary>
internal static class KernelBenchLine
{
    /// <summary>The record of a measurement.</summary>
    public static KernelBenchRecord RecordOf(KernelMeasurement one, ComputeDevice device, string command)
    {
        var record = new KernelBenchRecord(
            $"kernels/{one.Name}", one.Shape, device.Info.Selector, device.Workers.Count, one.Rung, one.IsDefault,
            one.Microseconds, one.Gigaflops, one.GigabytesPerSecond, one.ShareOfPeak)
        {
            Command = command,
        };
        if (one.Samples.Count == 0)
        {
            return record;
        }

        SampleSummary all = one.Summary;
        return record with
        {
            P5 = all.Low,
            P95 = all.High,
            Noise = all.Noise,
            Cold = one.IsCold,
            Buffers = one.Buffers,
            Verdict = WordOf(one.Verdict),
            Reference = one.Verdict?.Reference,
            Difference = one.Verdict?.Difference,
            WrongAt = one.Verdict?.Where,
            ClockBefore = one.Clock?.Before,
            ClockAfter = one.Clock?.After,
            ClockFell = one.Clock?.Fell,
            Vendor = one.Vendor?.Library,
            VendorMicroseconds = one.Vendor?.Microseconds,
            VendorRatio = one.Vendor is { } vendor ? vendor.Microseconds / one.Microseconds : null,
            VendorVerdict = WordOf(one.Vendor?.Verdict),
        };
    }

    /// <summary>The command line that measures it again, for a shell.</summary>
    public static string CommandOf(KernelMeasurement one, ComputeDevice device, KernelBenchOptions options)
    {
        // A limit is measured in every run, and the narrowest takes the least time.
        bool isLimit = one.Samples.Count == 0;
        string filter = isLimit ? options.Filter ?? ""
            : options.Shape is null ? $"{one.Name}: {one.Shape}"
            : $"{one.Name}:";
        string[] parts =
        [
            "nativecnn bench kernels", $"--device {device.Info.Selector}",
            filter.Length > 0 ? $"--filter {Quoted(filter)}" : "",
            options.Shape is { } shape ? $"--shape {string.Join('x', shape)}" : "",
            one is { Ladder: { } ladder, Rung: { } rung } ? $"--rung {ladder}={rung}" : "",
            options.IsCold ? "--cold" : "", options.WithVendor ? "--vendor" : "",
            device.IsHost ? $"--workers {device.Workers.Count}" : "",
            device.Precision == FloatPrecision.Tf32 ? "--precision tf32" : "",
            string.Create(CultureInfo.InvariantCulture, $"--seconds {options.Seconds}"),
        ];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    private static string? WordOf(KernelVerdict? verdict) =>
        verdict is null ? null : verdict.IsRight ? "right" : "wrong";

    private static string Quoted(string text) =>
        $"'{OneLine.Of(text).Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
