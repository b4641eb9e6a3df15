// A matrix of floats as CSV, for spreadsheets: a row a line, the shortest decimal that reads back as the same float.

using System.Globalization;

namespace NativeCnn.Model.Formats;

/// <summary>Writes matrices as CSV.</summary>
public static class CsvMatrix
{
    /// <summary>
    /// Writes a matrix, whole or not at all (<see cref="AtomicFile"/>), with <c>.</c> as the decimal point.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="values">The elements, row-major, of shape [values / columns, columns].</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <exception cref="ArgumentException">The values are not whole rows.</exception>
    /// <exception cref="IOException">The folder is missing, or cannot be written to.</exception>
    public static void Write(string path, ReadOnlySpan<float> values, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (values.Length % columns != 0)
        {
            throw new ArgumentException($"{values.Length} values are not whole rows of {columns}.", nameof(values));
        }

        float[] matrix = values.ToArray();
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
            for (int row = 0; row < matrix.Length; row += columns)
            {
                IEnumerable<string> cells = matrix
                    .Skip(row)
                    .Take(columns)
                    .Select(value => value.ToString(CultureInfo.InvariantCulture));
                writer.WriteLine(string.Join(',', cells));
            }
        });
    }
}
