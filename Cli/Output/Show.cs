using System.Globalization;

namespace NativeCnn.Cli.Output;

/// <summary>Numbers as people read them, '.' as the decimal point everywhere.</summary>
internal static class Show
{
    public static string Percent(double share) =>
        double.IsFinite(share) ? Format(share * 100, "0.0") + " %" : "-";

    public static string Share(double value) => double.IsFinite(value) ? Format(value, "0.000") : "-";

    public static string Loss(double value) => double.IsFinite(value) ? Format(value, "0.0000") : "-";

    public static string Seconds(double value) => Format(value, value < 10 ? "0.00" : "0.0");

    public static string Count(double value) => Format(value, "#,0");

    /// <summary>Three figures or more: 0.0123, 1.23, 12.3, 123, 1,234.</summary>
    public static string Rate(double value) => Format(value, value switch
    {
        < 0.1 => "0.0000",
        < 1 => "0.000",
        < 10 => "0.00",
        < 100 => "0.0",
        _ => "#,0",
    });

    public static string Bytes(long bytes) => bytes switch
    {
        0 => "-",
        < 1L << 20 => $"{Rate(bytes / 1024.0)} KiB",
        < 1L << 30 => $"{Rate(bytes / (double)(1L << 20))} MiB",
        _ => $"{Rate(bytes / (double)(1L << 30))} GiB",
    };

    /// <summary>Memory in MB of 10^6 bytes: 0.08 MB, 12.3 MB, 1,234.5 MB.</summary>
    public static string Megabytes(long bytes) => Format(bytes / 1e6, bytes < 10_000_000 ? "0.00" : "#,0.0") + " MB";

    /// <summary>Floating-point operations: 640, 12.3 k, 1.23 M, 4.56 G.</summary>
    public static string Operations(long operations) => operations switch
    {
        < 1000 => Count(operations),
        < 1_000_000 => $"{Rate(operations / 1e3)} k",
        < 1_000_000_000 => $"{Rate(operations / 1e6)} M",
        _ => $"{Rate(operations / 1e9)} G",
    };

    /// <summary>Kernels of a training step; empty where host bodies run.</summary>
    public static string Launches(long launches, bool replayed) => launches == 0
        ? ""
        : $"{Count(launches)} launches a step{(replayed ? ", replayed as one CUDA graph" : "")}";

    public static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
