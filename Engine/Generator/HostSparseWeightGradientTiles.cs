// The register tiles of ConvReluPool's gradient of the weights: for one filter and a list of maxima (where the patch of
// each begins, its gradient) the sum of gradient x patch over vectors of the patch, which lie side by side. A maximum
// costs one broadcast and as many multiply-adds with operands in memory as the tile has vectors; the sums stay in
// registers. Twelve sums hide the latency of a multiply-add (4 cycles, two a cycle) and fit the 16 registers of AVX2.
namespace NativeCnn.Generator;

/// <summary>Writes <c>SparseWeightGradientTiles{TVector}</c>.</summary>
internal static class HostSparseWeightGradientTiles
{
    private static readonly int[] Vectors = [12, 10, 8, 6, 4, 2];

    public static GeneratedFile File()
    {
        var code = new CodeWriter("HostSparseWeightGradientTiles.cs");
        code.Add("""
            using System.Runtime.CompilerServices;
            using NativeCnn.Engine.Simd;

            namespace NativeCnn.Engine.Operators;

            /// <summary>The tiles of <see cref="SparseWeightGradientTiles"/> with vectors of one width.</summary>
            internal static unsafe class SparseWeightGradientTiles<TVector>
                where TVector : unmanaged, IFloatVector<TVector>
            {
            public static void Patch(
                int vectors, float* source, int* places, float* gradients, int count, float* sums, bool add)
            {
            switch (vectors)
            {
            """);
        foreach (int vectors in Vectors)
        {
            code.Add($"""
                case {vectors}:
                    Patch{vectors}(source, places, gradients, count, sums, add);
                    break;
                """);
        }

        code.Add("""
            }
            }
            """);
        foreach (int vectors in Vectors)
        {
            Patch(code, vectors);
        }

        code.Add("}");
        return new GeneratedFile(
            "Engine/Operators/ConvReluPool/Generated/SparseWeightGradientTiles.g.cs", code.ToString());
    }

    private static void Patch(CodeWriter code, int vectors)
    {
        code.Add($$"""

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void Patch{{vectors}}(
                float* source, int* places, float* gradients, int count, float* sums, bool add)
            {
            """);
        for (int i = 0; i < vectors; i++)
        {
            code.Add($"TVector a{i} = TVector.Zero;");
        }

        code.Add("""
            for (int maximum = 0; maximum < count; maximum++)
            {
            float* patch = source + places[maximum];
            TVector g = TVector.Create(gradients[maximum]);
            """);
        for (int i = 0; i < vectors; i++)
        {
            code.Add($"TVector.AddProduct(ref a{i}, g, patch + ({i} * TVector.Count));");
        }

        code.Add("""
            }

            if (add)
            {
            """);
        for (int i = 0; i < vectors; i++)
        {
            code.Add($"a{i} += TVector.Load(sums + ({i} * TVector.Count));");
        }

        code.Add("""
            }

            """);
        for (int i = 0; i < vectors; i++)
        {
            code.Add($"a{i}.Store(sums + ({i} * TVector.Count));");
        }

        code.Add("}");
    }
}
