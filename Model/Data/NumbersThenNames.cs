namespace NativeCnn.Model.Data;

/// <summary>Numbers by their value before all other names in ordinal order: 1, 2, 10, a, b.</summary>
internal sealed class NumbersThenNames : IComparer<string>
{
    public static readonly NumbersThenNames Order = new();

    public int Compare(string? x, string? y)
    {
        bool xIsNumber = TryParse(x, out long a);
        bool yIsNumber = TryParse(y, out long b);
        int byValue = xIsNumber && yIsNumber ? a.CompareTo(b) : yIsNumber.CompareTo(xIsNumber);
        return byValue != 0 ? byValue : string.CompareOrdinal(x, y);

        static bool TryParse(string? name, out long value) => long.TryParse(
            name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out value);
    }
}
