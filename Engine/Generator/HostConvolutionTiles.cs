// The register tiles of Conv1d's host bodies. Each is an outer product with all its sums in named locals, which the
// .NET JIT keeps in registers:
//   Strip   filters x vectors of time: per row (a tap of a channel) so many loads, broadcasts and multiply-adds
//   Weight  six rows x vectors of filters: per time step so many loads, six broadcasts, and multiply-adds
namespace NativeCnn.Generator;

/// <summary>Writes <c>ConvolutionTiles{TVector}</c>.</summary>
internal static class HostConvolutionTiles
{
    private const int StripVectors = 3;
    private const int WeightRows = 6;
    private const int WeightVectors = 4;
    private static readonly int[] StripHeights = [8, 4, 2, 1];

    public static GeneratedFile File()
    {
        var code = new CodeWriter("HostConvolutionTiles.cs");
        code.Add($$"""
            using System.Runtime.CompilerServices;
            using NativeCnn.Engine.Simd;

            namespace NativeCnn.Engine.Operators;

            /// <summary>The register tiles of <see cref="ConvolutionTiles"/> with vectors of one width.</summary>
            internal static unsafe class ConvolutionTiles<TVector> where TVector : unmanaged, IFloatVector<TVector>
            {
            """);
        code.Add("""
            public static void Strip(
                int filters, int vectors, float* source, int* offsets, int rows, float* weights,
                float* strip, int pitch, bool add)
            {
            switch ((filters * 4) + vectors)
            {
            """);
        foreach ((int filters, int vectors) in Strips())
        {
            code.Add($"""
                case {(filters * 4) + vectors}:
                    Strip{filters}x{vectors}(source, offsets, rows, weights, strip, pitch, add);
                    break;
                """);
        }

        code.Add("""
            }
            }

            public static void Weight(
                int vectors, float* source, int* offsets, int steps, float* gradient, float* sums, int pitch,
                bool add)
            {
            switch (vectors)
            {
            """);
        for (int vectors = WeightVectors; vectors > 0; vectors--)
        {
            code.Add($"""
                case {vectors}:
                    Weight{WeightRows}x{vectors}(source, offsets, steps, gradient, sums, pitch, add);
                    break;
                """);
        }

        code.Add("""
            }
            }
            """);
        foreach ((int filters, int vectors) in Strips())
        {
            Strip(code, filters, vectors);
        }

        for (int vectors = WeightVectors; vectors > 0; vectors--)
        {
            Weight(code, vectors);
        }

        code.Add("}");
        return new GeneratedFile("Engine/Operators/Conv1d/Generated/ConvolutionTiles.g.cs", code.ToString());
    }

    private static IEnumerable<(int Filters, int Vectors)> Strips() =>
        from filters in StripHeights
        from left in Enumerable.Range(0, StripVectors)
        select (filters, StripVectors - left);

    private static void Strip(CodeWriter code, int filters, int vectors)
    {
        code.Add($$"""

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void Strip{{filters}}x{{vectors}}(
                float* source, int* offsets, int rows, float* weights, float* strip, int pitch, bool add)
            {
            """);
        Zeros(code, filters, vectors);
        code.Add("""
            if (add)
            {
            """);
        Each(filters, vectors, (f, i) => code.Add($"a{f}{i} = TVector.Load(strip + ({f} * pitch) + {Lanes(i)});"));
        code.Add($$"""
            }

            for (int row = 0; row < rows; row++, weights += {{filters}})
            {
            float* from = source + offsets[row];
            """);
        for (int i = 0; i < vectors; i++)
        {
            code.Add($"TVector x{i} = TVector.Load(from + {Lanes(i)});");
        }

        for (int f = 0; f < filters; f++)
        {
            Products(code, f, vectors, $"weights[{f}]", $"weights + {f}", "w", "x");
        }

        code.Add("""
            }

            """);
        Each(filters, vectors, (f, i) => code.Add($"a{f}{i}.Store(strip + ({f} * pitch) + {Lanes(i)});"));
        code.Add("}");
    }

    private static void Weight(CodeWriter code, int vectors)
    {
        code.Add($$"""

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void Weight{{WeightRows}}x{{vectors}}(
                float* source, int* offsets, int steps, float* gradient, float* sums, int pitch, bool add)
            {
            """);
        for (int r = 0; r < WeightRows; r++)
        {
            code.Add($"float* row{r} = source + offsets[{r}];");
        }

        Zeros(code, WeightRows, vectors);
        code.Add($$"""
            for (int l = 0; l < steps; l++, gradient += {{Lanes(vectors)}})
            {
            """);
        for (int i = 0; i < vectors; i++)
        {
            code.Add($"TVector g{i} = TVector.Load(gradient + {Lanes(i)});");
        }

        for (int r = 0; r < WeightRows; r++)
        {
            Products(code, r, vectors, $"row{r}[l]", $"row{r} + l", "x", "g");
        }

        code.Add("""
            }

            if (add)
            {
            """);
        Each(WeightRows, vectors, (r, i) => code.Add($"a{r}{i} += TVector.Load(sums + ({r} * pitch) + {Lanes(i)});"));
        code.Add("""
            }

            """);
        Each(WeightRows, vectors, (r, i) => code.Add($"a{r}{i}.Store(sums + ({r} * pitch) + {Lanes(i)});"));
        code.Add("}");
    }

    // Adds the products of one number with all vectors to a row of sums.
    private static void Products(
        CodeWriter code, int row, int vectors, string number, string place, string name, string factor)
    {
        if (vectors == 1)
        {
            code.Add($"TVector.AddScaled(ref a{row}0, {place}, {factor}0);");
            return;
        }

        code.Add($"TVector {name}{row} = TVector.Create({number});");
        for (int i = 0; i < vectors; i++)
        {
            code.Add($"TVector.AddProduct(ref a{row}{i}, {name}{row}, {factor}{i});");
        }
    }

    private static void Zeros(CodeWriter code, int rows, int vectors) =>
        Each(rows, vectors, (row, i) => code.Add($"TVector a{row}{i} = TVector.Zero;"));

    private static void Each(int rows, int vectors, Action<int, int> add)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < vectors; i++)
            {
                add(row, i);
            }
        }
    }

    // So many vectors, in floats.
    private static string Lanes(int vectors) => vectors switch
    {
        0 => "0",
        1 => "TVector.Count",
        _ => $"({vectors} * TVector.Count)",
    };
}
