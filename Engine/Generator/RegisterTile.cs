// What the register-tiled kernels of the matrix product and of the convolution share: sums s00, s01, ... of rows by
// columns, added from factors a0, a1, ... and b0, b1, ..., a Float4 each.
namespace NativeCnn.Generator;

/// <summary>Lines about the sums of one thread.</summary>
internal static class RegisterTile
{
    private const string Components = "XYZW";

    /// <summary>The component of a Float4.</summary>
    public static char Component(int index) => Components[index];

    /// <summary>Declares the sums.</summary>
    public static void Sums(CodeWriter code, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                code.Add($"float s{row}{column} = 0f;");
            }
        }
    }

    /// <summary>Adds the products of one term to all sums.</summary>
    public static void Products(CodeWriter code, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                string left = $"a{row / 4}.{Component(row % 4)}";
                string right = $"b{column / 4}.{Component(column % 4)}";
                code.Add($"s{row}{column} += {left} * {right};");
            }
        }
    }

    /// <summary>Names so many sums of a row, from a column on.</summary>
    public static string SumsOf(int row, int column, int count) =>
        string.Join(", ", Enumerable.Range(column, count).Select(at => $"s{row}{at}"));

    /// <summary>The term, or the term plus a number that is not 0.</summary>
    public static string Plus(string term, int number) => number == 0 ? term : $"{term} + {number}";
}
