namespace NativeCnn.Model.Data;

/// <summary>One row of a CSV file.</summary>
/// <param name="Line">The line of the file where it begins, from 1.</param>
/// <param name="Fields">As many as the header has.</param>
internal readonly record struct CsvRow(long Line, ArraySegment<string> Fields);
