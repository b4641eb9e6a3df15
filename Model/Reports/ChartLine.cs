namespace NativeCnn.Model.Reports;

/// <summary>A line of a chart.</summary>
/// <param name="Style">Its class in the style sheet.</param>
/// <param name="Name">What it is.</param>
/// <param name="Values">A value an epoch; one that is not finite leaves a gap.</param>
internal sealed record ChartLine(string Style, string Name, double[] Values);
