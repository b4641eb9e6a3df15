// The register tiles of the host matrix product; MatMulTiles tells what they compute. The JIT keeps a sum in a register
// only if it is a named local, so each tile is spelled out.
namespace NativeCnn.Generator;

/// <summary>Writes <c>MatMulTiles{TVector}</c>.</summary>
internal static class HostMatMulTiles
{
    private const int Vectors = 3;
    private const int DotColumns = 4;
    private static readonly int[] Heights = [8, 4, 2, 1];
    private static readonly int[] DotHeights = [6, 4, 2, 1];

    public static GeneratedFile File()
    {
        var code = new CodeWriter("HostMatMulTiles.cs");
        code.Add("""
            using System.Runtime.CompilerServices;
            using System.Runtime.Intrinsics;
            using NativeCnn.Engine.Simd;

            namespace NativeCnn.Engine.Operators;

            /// <summary>The register tiles of <see cref="MatMulTiles"/> with vectors of one width.</summary>
            internal static unsafe class MatMulTiles<TVector> where TVector : unmanaged, IFloatVector<TVector>
            {
            /// <summary>The tile of the given height and width.</summary>
            public static void Outer(int rows, int vectors, in MatMulTile t)
            {
            switch ((rows * 4) + vectors)
            {
            """);
        foreach ((int rows, int vectors) in Outers())
        {
            code.Add($"""
                case {(rows * 4) + vectors}:
                    Outer{rows}x{vectors}(t.A, t.ARow, t.AStep, t.B, t.BStep, t.C, t.CRow, t.K, t.Add);
                    break;
                """);
        }

        code.Add("""
            }
            }
            """);
        foreach ((int rows, int vectors) in Outers())
        {
            Outer(code, rows, vectors);
        }

        DotOfHeight(code);
        foreach (int rows in DotHeights)
        {
            Dot(code, rows);
        }

        code.Add("}");
        return new GeneratedFile("Engine/Operators/MatMul/Generated/MatMulTiles.g.cs", code.ToString());
    }

    private static IEnumerable<(int Rows, int Vectors)> Outers() =>
        from rows in Heights
        from left in Enumerable.Range(0, Vectors)
        select (rows, Vectors - left);

    private static void Outer(CodeWriter code, int rows, int vectors)
    {
        code.Add($$"""

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void Outer{{rows}}x{{vectors}}(
                float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int k, bool add)
            {
            """);
        for (int row = 0; row < rows; row++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                code.Add($"TVector s{row}{vector} = TVector.Zero;");
            }
        }

        if (rows > 2)
        {
            code.Add("""
                nint aRow2 = 2 * aRow;
                nint aRow3 = 3 * aRow;
                """);
        }

        if (rows > 4)
        {
            code.Add("float* high = a + (4 * aRow);");
        }

        code.Add("// Where the products go is needed last and lies in rows far apart: ask for it first.");
        for (int row = 0; row < rows; row++)
        {
            string place = row switch { 0 => "c", 1 => "c + cRow", _ => $"c + ({row} * cRow)" };
            code.Add($"MatMulTiles.Prefetch({place}, {vectors} * TVector.Count);");
        }

        code.Add("""

            for (; k > 0; k--)
            {
            """);
        for (int vector = 0; vector < vectors; vector++)
        {
            code.Add($"TVector b{vector} = TVector.Load({At("b", vector)});");
        }

        for (int row = 0; row < rows; row++)
        {
            string index = (row % 4) switch { 0 => "0", 1 => "aRow", 2 => "aRow2", _ => "aRow3" };
            string from = row < 4 ? "a" : "high";
            if (vectors == 1)
            {
                code.Add($"TVector.AddScaledEstimate(ref s{row}0, {from} + {index}, b0);");
                continue;
            }

            code.Add($"TVector a{row} = TVector.Create({from}[{index}]);");
            for (int vector = 0; vector < vectors; vector++)
            {
                code.Add($"TVector.AddProductEstimate(ref s{row}{vector}, a{row}, b{vector});");
            }
        }

        code.Add("a += aStep;");
        if (rows > 4)
        {
            code.Add("high += aStep;");
        }

        code.Add("""
            b += bStep;
            }

            """);
        for (int row = 0; row < rows; row++)
        {
            code.Add("""
                if (add)
                {
                """);
            for (int vector = 0; vector < vectors; vector++)
            {
                code.Add($"s{row}{vector} += TVector.Load({At("c", vector)});");
            }

            code.Add("""
                }

                """);
            for (int vector = 0; vector < vectors; vector++)
            {
                code.Add($"s{row}{vector}.Store({At("c", vector)});");
            }

            if (row < rows - 1)
            {
                code.Add("c += cRow;");
            }
        }

        code.Add("}");
    }

    private static void DotOfHeight(CodeWriter code)
    {
        code.Add("""

            /// <summary>The Dot tile of the given height.</summary>
            public static void Dot(int rows, float** a, float** b, int k, float* sums)
            {
            switch (rows)
            {
            """);
        foreach (int rows in DotHeights)
        {
            code.Add($"""
                case {rows}:
                    Dot{rows}(a, b, k, sums);
                    break;
                """);
        }

        code.Add("""
            }
            }
            """);
    }

    // Rows of A against 4 rows of B, vectors along K; the sums of four vectors make one Vector128 of C.
    private static void Dot(CodeWriter code, int rows)
    {
        code.Add($$"""

            /// <summary>Products of {{rows}} rows of A with {{DotColumns}} rows of B: sums[4 * row + column].</summary>
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public static void Dot{{rows}}(float** a, float** b, int k, float* sums)
            {
            """);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < DotColumns; column++)
            {
                code.Add($"TVector s{row}{column} = TVector.Zero;");
            }
        }

        for (int row = 0; row < rows; row++)
        {
            code.Add($"float* pa{row} = a[{row}];");
        }

        for (int column = 0; column < DotColumns; column++)
        {
            code.Add($"float* pb{column} = b[{column}];");
        }

        code.Add("""
            nint i = 0;
            for (; i <= k - TVector.Count; i += TVector.Count)
            {
            """);
        Products("");
        code.Add("""
            }

            if (i < k)
            {
            // The last vector ends with the row; the lanes that were counted already are blanked.
            TVector fresh = TVector.Load(MatMulTiles.TailMask + (16 - TVector.Count + k - i));
            i = k - TVector.Count;
            """);
        Products(" & fresh");
        code.Add("""
            }

            """);
        for (int row = 0; row < rows; row++)
        {
            string place = row == 0 ? "sums" : $"sums + {DotColumns * row}";
            code.Add($"TVector.SumOfEach(s{row}0, s{row}1, s{row}2, s{row}3).Store({place});");
        }

        code.Add("}");

        void Products(string blank)
        {
            for (int column = 0; column < DotColumns; column++)
            {
                code.Add($"TVector b{column} = TVector.Load(pb{column} + i){blank};");
            }

            for (int row = 0; row < rows; row++)
            {
                code.Add($"TVector a{row} = TVector.Load(pa{row} + i){blank};");
                for (int column = 0; column < DotColumns; column++)
                {
                    code.Add($"TVector.AddProductEstimate(ref s{row}{column}, a{row}, b{column});");
                }
            }
        }
    }

    private static string At(string pointer, int vector) => vector switch
    {
        0 => pointer,
        1 => $"{pointer} + TVector.Count",
        _ => $"{pointer} + ({vector} * TVector.Count)",
    };
}
