namespace NativeCnn.Cli.Output;

/// <summary>In which order a device added the terms of a gradient.</summary>
/// <param name="Reason">In words; or why it is not known.</param>
/// <param name="Tree">Numbers of terms; a group in parentheses is added from its left to its right.</param>
/// <param name="Sum">The sum in this order.</param>
/// <param name="ToTheBit">Whether that is what the device has.</param>
internal sealed record SummationOrderRecord(string Reason, string? Tree, double? Sum, bool? ToTheBit);
