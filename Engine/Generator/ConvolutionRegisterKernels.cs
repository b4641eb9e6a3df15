// Rungs 3 and 4 of the portable convolution and rung 3 of its gradient of the weights. ILGPU unrolls no loop and keeps
// an array in slow local memory: every sum is a local, every step is spelled out.
// A thread has strips of 4 rows and of 4 or 2 columns: what a warp reads of a strip is contiguous in the tile. Tiles
// have two buffers: the next step's values are on their way while those of this one are summed.
namespace NativeCnn.Generator;

/// <summary>Writes <c>Conv1dRegisterKernels</c>.</summary>
internal static class ConvolutionRegisterKernels
{
    private const int Threads = 128;

    public static GeneratedFile File()
    {
        var code = new CodeWriter("ConvolutionRegisterKernels.cs");
        code.Add($$"""
            using ILGPU;
            using NativeCnn.Engine.Kernels;
            using NativeCnn.Engine.Tensors;

            namespace NativeCnn.Engine.Operators;

            /// <summary>The kernels of <see cref="Conv1d"/> that are tiled in registers.</summary>
            internal static class Conv1dRegisterKernels
            {
            /// <summary>Threads of a group of every kernel here.</summary>
            public const int Threads = {{Threads}};
            """);
        // The article's convolution: 128 groups of 64 x 48 for 64 filters and 64 clips of 96 or 97 steps.
        Convolve(code, rung: 3, groups: 4, new Tile(16, Rows: [4], 8, Columns: [4, 2], Terms: 16), columnLanes: 16);
        Convolve(code, rung: 4, groups: 3, new Tile(8, Rows: [4, 4], 16, Columns: [4, 4], Terms: 8), columnLanes: 32);
        // Its gradient of the weights: 5 tiles of 64 x 32 for 64 filters and 160 weights of each, in 26 parts of terms.
        BackwardWeight(code, new Tile(16, Rows: [4], 8, Columns: [4], Terms: 16));
        Backward(code, "4x6", groups: 4);
        Backward(code, "8x8", groups: 3);
        Normalized(code, "4x6", groups: 4);
        Normalized(code, "8x8", groups: 3);
        code.Add("}");
        return new GeneratedFile("Engine/Operators/Conv1d/Generated/Conv1dRegisterKernels.g.cs", code.ToString());
    }

    // Forward and gradient of the input.
    private static void Convolve(CodeWriter code, int rung, int groups, Tile tile, int columnLanes)
    {
        // Off by one Float4. Of the four terms and eight rows that a warp of rung 3 stores at once, two share a bank;
        // on rung 4, and where it loads, there is no conflict.
        int weightStride = (tile.Height / 4) + 1;
        int sourceStride = tile.Width / 4;        // Stored along the columns, where there is no conflict.
        int termFloat4s = tile.Terms / 4;
        int rowsAtOnce = Threads / termFloat4s;
        int float4s = tile.Height / rowsAtOnce;
        int termsAtOnce = Threads / columnLanes;
        int passes = tile.Terms / termsAtOnce;
        int lanes = tile.Width / columnLanes;
        string brings = $"four terms of {float4s} of the rows of W, {passes} terms of {lanes} columns of S";
        string size = $"{tile.Height} rows x {tile.Width} columns";
        string name = $"Convolve{tile.Rows.Sum()}x{tile.Columns.Sum()}";
        code.Add($$"""

            /// <summary>{{size}} a group of {{Threads}} threads, {{tile.Own}} a thread.</summary>
            [Rung(Conv1dKernels.Ladder, {{rung}})]
            [LaunchBounds({{Threads}}, {{groups}})] // {{65536 / Threads / groups}} registers a thread.
            public static void {{name}}(ConvolutionArgs a) => {{name}}Of(a, Grid.IdxX, Grid.IdxY);

            /// <summary>What one group of threads does.</summary>
            /// <param name="a">The arguments.</param>
            /// <param name="columnTile">Its tile along the columns.</param>
            /// <param name="rowTile">Its tile along the rows of all groups of channels.</param>
            private static void {{name}}Of(ConvolutionArgs a, int columnTile, int rowTile)
            {
            """);
        Shared(code, tile, "left", "[buffer, i, m]", weightStride);
        Shared(code, tile, "right", "[buffer, i, (b, p)]", sourceStride);
        code.Add($"""
            ArrayView<float> leftFloats = left.Cast<float>();
            ArrayView<float> rightFloats = right.Cast<float>();
            int thread = Group.IdxX;
            QuotientRemainder tile = QuotientRemainder.Of(rowTile, (a.Rows + {tile.Height - 1}) / {tile.Height});
            int group = tile.Quotient;
            int firstRow = tile.Remainder * {tile.Height};
            int firstColumn = columnTile * {tile.Width};

            // What this thread brings: {brings}.
            int line = {Over("thread", termFloat4s)};
            int four = ({Within("thread", termFloat4s)}) * 4;
            int lane = {Within("thread", columnLanes)};
            int own = {Over("thread", columnLanes)};
            """);
        for (int j = 0; j < float4s; j++)
        {
            string row = RegisterTile.Plus("firstRow + line", j * rowsAtOnce);
            code.Add($"""
                int weights{j} = a.WeightsOf(group, {row});
                bool hasRow{j} = {row} < a.Rows;
                """);
        }

        for (int j = 0; j < lanes; j++)
        {
            code.Add($"""
                int column{j} = {RegisterTile.Plus("firstColumn + lane", j * columnLanes)};
                QuotientRemainder place{j} = QuotientRemainder.Of(column{j}, a.Positions);
                int start{j} = column{j} < a.Columns
                    ? (place{j}.Remainder * a.Step) + a.First
                    : ConvolutionArgs.Never;
                int source{j} = a.SourceOf(place{j}.Quotient, group) + start{j};
                """);
        }

        code.Add("""
            QuotientRemainder ofWeight = QuotientRemainder.Of(four, a.Taps);
            QuotientRemainder ofSource = QuotientRemainder.Of(own, a.Taps);

            """);
        Place(code, tile);
        code.Add();
        Load(declare: true);
        Stage("");
        code.Add("""
            Group.Barrier();
            int buffer = 0; // Its first term.
            for (int block = 0; block < a.Terms; block += ConvolutionArgs.BlockTerms)
            {
            int end = IntrinsicMath.Min(a.Terms, block + ConvolutionArgs.BlockTerms);
            """);
        RegisterTile.Sums(code, tile.Rows.Sum(), tile.Columns.Sum());
        code.Add($$"""
            for (int i = block; i < end; i += {{tile.Terms}})
            {
            // Asked for now, needed after the sums.
            ofWeight = ofWeight.Plus(a.By{{tile.Terms}}, a.Taps);
            ofSource = ofSource.Plus(a.By{{termsAtOnce}}, a.Taps);
            """);
        Load(declare: false);
        Products(code, tile, weightStride, sourceStride);
        code.Add($"""

            buffer = {tile.Terms} - buffer;
            """);
        Stage("buffer + ");
        code.Add("""
            Group.Barrier();
            }

            bool first = block == 0;
            bool last = end == a.Terms;
            """);
        Hide(code);
        Store();
        code.Add("""
            }
            }
            """);

        // The source's terms of one pass follow those of the pass before; the tracker stays at the last one's.
        void Load(bool declare)
        {
            string four = declare ? "Float4 " : "";
            string number = declare ? "float " : "";
            string integer = declare ? "int " : "";
            for (int j = 0; j < float4s; j++)
            {
                code.Add($"{four}w{j} = a.FourWeights(weights{j}, hasRow{j}, ofWeight);");
            }

            for (int pass = 0; pass < passes; pass++)
            {
                if (pass > 0)
                {
                    code.Add($"ofSource = ofSource.Plus(a.By{termsAtOnce}, a.Taps);");
                }

                code.Add($"""
                    {integer}shift{pass} = ofSource.Quotient < a.Channels
                        ? ofSource.Remainder * a.TapStep
                        : ConvolutionArgs.Never;
                    {integer}offset{pass} = (ofSource.Quotient * a.SourceLength) + shift{pass};
                    """);
                for (int j = 0; j < lanes; j++)
                {
                    code.Add(
                        $"{number}v{pass}{j} = a.SourceAt(source{j} + offset{pass}, start{j} + shift{pass});");
                }
            }
        }

        void Stage(string buffer)
        {
            To(code, buffer, "left", $"({Begins(buffer, "four")} * {4 * weightStride}) + line");
            for (int j = 0; j < float4s; j++)
            {
                for (int i = 0; i < 4; i++)
                {
                    int at = (i * 4 * weightStride) + (j * rowsAtOnce);
                    code.Add($"leftTo[{at}] = w{j}.{RegisterTile.Component(i)};");
                }
            }

            To(code, buffer, "right", $"({Begins(buffer, "own")} * {tile.Width}) + lane");
            for (int pass = 0; pass < passes; pass++)
            {
                for (int j = 0; j < lanes; j++)
                {
                    code.Add($"rightTo[{(pass * termsAtOnce * tile.Width) + (j * columnLanes)}] = v{pass}{j};");
                }
            }
        }

        void Store()
        {
            int pairs = 0;
            foreach ((int _, int width, int at) in tile.ColumnStrips)
            {
                for (int i = 0; i < width; i += 2)
                {
                    string column = $"{RegisterTile.Plus("firstColumn", at + i)} + ({width} * x)";
                    code.Add($"var pair{pairs} = new ConvolutionPair(a, group, {column});");
                    pairs++;
                }
            }

            foreach ((int row, int at) in tile.EachRow)
            {
                string m = RegisterTile.Plus("m", at);
                code.Add($"float bias{row} = a.BiasOf(group, {m}, last);");
                for (int j = 0; j < pairs; j++)
                {
                    string sums = RegisterTile.SumsOf(row, 2 * j, 2);
                    code.Add($"a.Store({m}, pair{j}, bias{row}, {sums}, first, last);");
                }
            }
        }
    }

    // Both gradients of a convolution in one launch: neither fills a GPU by itself at a mini-batch of 64.
    private static void Backward(CodeWriter code, string size, int groups) => code.Add($$"""

        /// <summary>The gradient of the weights (BackwardWeight4x4) and of the input (Convolve{{size}}).</summary>
        [LaunchBounds({{Threads}}, {{groups}})]
        [NotOnOpenCl(
            ConvolutionBackwardArgs.WhyNotOnOpenCl, "conv1d-register.backward-weight4x4",
            "conv1d-register.convolve{{size}}")]
        public static void Backward{{size}}(ConvolutionBackwardArgs a) => Backward{{size}}Of(a, Grid.IdxX);

        private static void Backward{{size}}Of(ConvolutionBackwardArgs a, int group)
        {
        if (group < a.WeightGroups)
        {
        WeightTile(a.Weight, a.WeightPlace(group), a.WeightTiles);
        }
        else
        {
        QuotientRemainder place = QuotientRemainder.Of(group - a.WeightGroups, a.ColumnTiles);
        Convolve{{size}}Of(a.Input, place.Remainder, place.Quotient);
        }
        }
        """);

    // A convolution and the batch normalisation behind it, as phases of one launch.
    private static void Normalized(CodeWriter code, string size, int groups) => code.Add($$"""

        /// <summary>Convolve{{size}}, then batch normalisation, ReLU and max-pooling.</summary>
        [LaunchBounds({{Threads}}, {{groups}})]
        [NotOnOpenCl(LaunchPhases.WhyNotOnOpenCl, "conv1d-register.convolve{{size}}", "norm-relu-pool.train")]
        public static void Normalized{{size}}(ConvolutionNormArgs a)
        {
        ArrayView<int> place = SharedMemory.Allocate<int>(1);
        int group = LaunchPhases.Begin(a.Counters, place);
        if (group < a.ConvolutionGroups)
        {
        QuotientRemainder tile = QuotientRemainder.Of(group, a.ColumnTiles);
        Convolve{{size}}Of(a.Convolution, tile.Remainder, tile.Quotient);
        a.ArriveConvolved();
        }
        else
        {
        a.Normalize(group - a.ConvolutionGroups);
        }

        LaunchPhases.Leave(a.Counters, Grid.DimX, ConvolutionNormArgs.Phases);
        }
        """);

    // Gradient of the weights: both factors run along the terms (b, l) in memory.
    private static void BackwardWeight(CodeWriter code, Tile tile)
    {
        int outputStride = (tile.Height / 4) + 1; // Off by one Float4, for the terms that neighbours store.
        int inputStride = (tile.Width / 4) + 1;
        int linesAtOnce = Threads / tile.Terms;
        int rows = tile.Height / linesAtOnce;
        int columns = tile.Width / linesAtOnce;
        string size = $"{tile.Height} filters x {tile.Width} weights";
        code.Add($$"""

            /// <summary>{{size}} a group of {{Threads}} threads, {{tile.Own}} a thread.</summary>
            [Rung(Conv1dKernels.WeightLadder, 3)]
            [LaunchBounds({{Threads}}, 4)] // {{65536 / Threads / 4}} registers a thread.
            public static void BackwardWeight{{tile.Rows.Sum()}}x{{tile.Columns.Sum()}}(WeightGradientArgs a) =>
            WeightTile(a, Grid.Index, Grid.Dimension);

            /// <summary>What one group of threads does of the gradient of the weights.</summary>
            /// <param name="a">The arguments.</param>
            /// <param name="place">Its tile along rows and columns, and its part of the terms.</param>
            /// <param name="tiles">How many there are.</param>
            private static void WeightTile(WeightGradientArgs a, Index3D place, Index3D tiles)
            {
            """);
        Shared(code, tile, "left", "[buffer, j, k]", outputStride);
        Shared(code, tile, "right", "[buffer, j, (c, r)]", inputStride);
        code.Add($"""
            ArrayView<float> leftFloats = left.Cast<float>();
            ArrayView<float> rightFloats = right.Cast<float>();
            int thread = Group.IdxX;
            QuotientRemainder tile = QuotientRemainder.Of(place.X, (a.Rows + {tile.Height - 1}) / {tile.Height});
            int group = tile.Quotient;
            int firstRow = tile.Remainder * {tile.Height};
            int firstColumn = place.Y * {tile.Width};
            int part = place.Z;
            int firstTerm = part * a.PartTerms;
            int endTerm = IntrinsicMath.Min(a.Terms, firstTerm + a.PartTerms);

            // What this thread brings: one term of {rows} filters and {columns} weights.
            int line = {Over("thread", tile.Terms)};
            int own = {Within("thread", tile.Terms)};
            int rows = a.Rows - firstRow - line;
            """);
        for (int j = 0; j < columns; j++)
        {
            code.Add($"""
                int column{j} = {RegisterTile.Plus("firstColumn + line", j * linesAtOnce)};
                QuotientRemainder weight{j} = QuotientRemainder.Of(column{j}, a.Taps);
                int shift{j} = column{j} < a.Columns ? a.Shift(weight{j}) : ConvolutionArgs.Never;
                int input{j} = (weight{j}.Quotient * a.Length) + shift{j};
                """);
        }

        code.Add("""
            QuotientRemainder term = QuotientRemainder.Of(firstTerm + own, a.OutputLength);

            """);
        Place(code, tile);
        code.Add();
        Load("firstTerm", declare: true);
        Stage("");
        code.Add("Group.Barrier();");
        RegisterTile.Sums(code, tile.Rows.Sum(), tile.Columns.Sum());
        code.Add($$"""
            int buffer = 0; // Its first term.
            for (int j = firstTerm; j < endTerm; j += {{tile.Terms}})
            {
            // Asked for now, needed after the sums.
            term = term.Plus(a.By{{tile.Terms}}, a.OutputLength);
            """);
        Load($"j + {tile.Terms}", declare: false);
        Products(code, tile, outputStride, inputStride);
        code.Add($"""

            buffer = {tile.Terms} - buffer;
            """);
        Stage("buffer + ");
        code.Add("""
            Group.Barrier();
            }

            """);
        Hide(code);
        foreach ((int row, int at) in tile.EachRow)
        {
            foreach ((int fromColumn, int width, int atColumn) in tile.ColumnStrips)
            {
                string m = RegisterTile.Plus("m", at);
                string column = $"{RegisterTile.Plus("firstColumn", atColumn)} + (4 * x)";
                string sums = RegisterTile.SumsOf(row, fromColumn, width);
                code.Add($"a.Store(group, {m}, {column}, part, new Float4({sums}));");
            }
        }

        code.Add($$"""

            a.AddParts(
                place.X + (place.Y * tiles.X), tiles.X * tiles.Y, group, firstRow, firstColumn, {{tile.Height}},
                {{tile.Width}}, part);
            }
            """);

        void Load(string from, bool declare)
        {
            string integer = declare ? "int " : "";
            string number = declare ? "float " : "";
            string boolean = declare ? "bool " : "";
            code.Add($"""
                {boolean}hasTerm = {from} + own < endTerm;
                {integer}rowsThere = hasTerm ? a.RowsThere(rows, term.Remainder) : 0;
                {integer}outputs = a.OutputsOf(term, group, firstRow + line);
                """);
            for (int i = 0; i < rows; i++)
            {
                string at = i == 0 ? "outputs" : $"outputs + ({i * linesAtOnce} * a.GivenLength)";
                code.Add($"{number}u{i} = a.OutputAt({at}, term.Remainder, rowsThere > {i * linesAtOnce});");
            }

            code.Add($"""
                {integer}step = hasTerm ? term.Remainder * a.Stride : ConvolutionArgs.Never;
                {integer}inputs = a.InputsOf(term.Quotient, group) + step;
                """);
            for (int i = 0; i < columns; i++)
            {
                code.Add($"{number}v{i} = a.FactorAt(column{i}, inputs + input{i}, step + shift{i}, hasTerm);");
            }
        }

        void Stage(string buffer)
        {
            string first = Begins(buffer, "own");
            To(code, buffer, "left", $"({first} * {4 * outputStride}) + line");
            for (int i = 0; i < rows; i++)
            {
                code.Add($"leftTo[{i * linesAtOnce}] = u{i};");
            }

            To(code, buffer, "right", $"({first} * {4 * inputStride}) + line");
            for (int i = 0; i < columns; i++)
            {
                code.Add($"rightTo[{i * linesAtOnce}] = v{i};");
            }
        }
    }

    private static void Shared(CodeWriter code, Tile tile, string factor, string dimensions, int stride)
    {
        int length = 2 * tile.Terms * stride;
        code.Add($"ArrayView<Float4> {factor} = SharedMemory.Allocate<Float4>({length}); // {dimensions}");
    }

    // Where a thread puts what it brings of a factor.
    private static void To(CodeWriter code, string buffer, string factor, string at)
    {
        string type = buffer.Length == 0 ? "ArrayView<float> " : "";
        code.Add($"{type}{factor}To = {factor}Floats.SubView({at});");
    }

    private static void Place(CodeWriter code, Tile tile)
    {
        code.Add(
            "// The sums of this thread. 32 neighbours make a rectangle of 8 x 4, for whose sums they read the least.");
        code.Add(tile.ColumnThreads == 8
            ? """
                int x = thread & 7;
                int y = thread >> 3;
                """
            : """
                int x = (thread & 7) + ((thread >> 2) & 8);
                int y = ((thread >> 3) & 3) + ((thread >> 6) * 4);
                """);
        code.Add("int m = firstRow + (4 * y);");
    }

    private static void Hide(CodeWriter code) => code.Add("""
        // In hiding from ILGPU, which would keep all these addresses in registers throughout the loop.
        m += a.Zero;
        firstColumn += a.Zero;
        """);

    private static void Products(CodeWriter code, Tile tile, int leftStride, int rightStride)
    {
        code.Add($$"""
            // A loop, for ILGPU moves sums to where it first needs them: without, past the barrier.
            for (int t = buffer; t < buffer + {{tile.Terms}}; t += {{tile.Unroll}})
            {
            ArrayView<Float4> ofLeft = left.SubView((t * {{leftStride}}) + y);
            ArrayView<Float4> ofRight = right.SubView((t * {{rightStride}}) + x);
            """);
        if (tile.ColumnStrips[^1] is { Width: 2, At: int place })
        {
            string at = $"(t * {2 * rightStride}) + {place / 2} + x";
            code.Add($"ArrayView<Float2> pairs = right.Cast<Float2>().SubView({at});");
        }

        for (int step = 0; step < tile.Unroll; step++)
        {
            string type = step == 0 ? "Float4 " : "";
            foreach ((int from, int _, int at) in tile.RowStrips)
            {
                code.Add($"{type}a{from / 4} = ofLeft[{(step * leftStride) + (at / 4)}];");
            }

            foreach ((int from, int width, int at) in tile.ColumnStrips)
            {
                code.Add(width == 4
                    ? $"{type}b{from / 4} = ofRight[{(step * rightStride) + (at / 4)}];"
                    : $"{(step == 0 ? "Float2 " : "")}b{from / 4} = pairs[{step * 2 * rightStride}];");
            }

            RegisterTile.Products(code, tile.Rows.Sum(), tile.Columns.Sum());
        }

        code.Add("}");
    }

    // ILGPU and ptxas leave a division of signed numbers a division, and move it into the loop.
    private static string Over(string term, int power) => $"{term} >> {int.Log2(power)}";

    private static string Within(string term, int power) => $"{term} & {power - 1}";

    private static string Begins(string buffer, string term) => buffer.Length == 0 ? term : $"({buffer}{term})";

    // What one group computes: rows and columns of a thread's strips, threads along both, terms of a step.
    private sealed record Tile(int RowThreads, int[] Rows, int ColumnThreads, int[] Columns, int Terms)
    {
        // Half a step: the loop over the two halves must stay.
        public int Unroll => Terms / 2;

        public int Height => RowThreads * Rows.Sum();

        public int Width => ColumnThreads * Columns.Sum();

        public string Own => $"{Rows.Sum()} x {Columns.Sum()}";

        public IReadOnlyList<(int From, int Width, int At)> RowStrips => Strips(Rows, RowThreads);

        public IReadOnlyList<(int From, int Width, int At)> ColumnStrips => Strips(Columns, ColumnThreads);

        // The rows of a thread: the number of each, and where it stands in the tile.
        public IEnumerable<(int Row, int At)> EachRow =>
            from strip in RowStrips
            from i in Enumerable.Range(0, strip.Width)
            select (strip.From + i, strip.At + i);

        // The strips of a thread: the number of its first sum, how many, and where the strip begins in the tile.
        private static List<(int From, int Width, int At)> Strips(int[] widths, int threads)
        {
            var strips = new List<(int From, int Width, int At)>();
            int from = 0;
            foreach (int width in widths)
            {
                strips.Add((from, width, from * threads));
                from += width;
            }

            return strips;
        }
    }
}
