namespace NativeCnn.Model.Data;

/// <summary>One row of a CSV file.</summary>
/// <param name="Line">The line of the file where it begins, from 1.</param>
/// <param name="Fields">As many as the header has.</param>
internal sealed record CsvRow(long Line, string[] Fields);
