// Rungs 3 to 5 of the portable convolution and rungs 3 and 5 of its gradient of the weights. ILGPU unrolls no loop and
// keeps an array in slow local memory: every sum is a local, every step is spelled out. Rung 5, on tensor cores, brings
// the factors as the others do, rounds them to tf32 on their way into shared memory, and multiplies them by warps.
// A thread has strips of 4 rows and of 4 or 2 columns: what a warp reads of a strip is contiguous in the tile. Tiles
// have two buffers: the next step's values are on their way while those of this one are summed.
namespace NativeCnn.Generator;

/// <summary>Writes <c>Conv1dRegisterKernels</c> and <c>Conv1dTensorKernels</c>.</summary>
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

    public static GeneratedFile TensorFile()
    {
        var code = new CodeWriter("ConvolutionRegisterKernels.cs");
        code.Add($$"""
            using ILGPU;
            using NativeCnn.Engine.Kernels;
            using NativeCnn.Engine.Tensors;

            namespace NativeCnn.Engine.Operators;

            /// <summary>The kernels of <see cref="Conv1d"/> on tensor cores, with factors in tf32.</summary>
            internal static class Conv1dTensorKernels
            {
            /// <summary>Threads of a group of every kernel here.</summary>
            public const int Threads = {{Threads}};
            """);
        Convolve(
            code, rung: 5, groups: 3, new Tile(2, Rows: [32], 2, Columns: [32], Terms: 16, OnTensorCores: true),
            columnLanes: 32);
        BackwardWeight(code, new Tile(2, Rows: [32], 2, Columns: [16], Terms: 16, OnTensorCores: true));
        Backward(code, "", groups: 3, "conv1d-tensor", weights: "");
        Normalized(code, "", groups: 3, "conv1d-tensor");
        code.Add("}");
        return new GeneratedFile("Engine/Operators/Conv1d/Generated/Conv1dTensorKernels.g.cs", code.ToString());
    }

    // Forward and gradient of the input.
    private static void Convolve(CodeWriter code, int rung, int groups, Tile tile, int columnLanes)
    {
        // Off by one Float4. Of the four terms and eight rows that a warp of rung 3 stores at once, two share a bank;
        // on rung 4, and where it loads, there is no conflict.
        int weightStride = (tile.Height / 4) + tile.Padding;
        // Stored along the columns, where there is no conflict.
        int sourceStride = (tile.Width / 4) + (tile.OnTensorCores ? tile.Padding : 0);
        int termFloat4s = tile.Terms / 4;
        int rowsAtOnce = Threads / termFloat4s;
        int float4s = tile.Height / rowsAtOnce;
        int termsAtOnce = Threads / columnLanes;
        int passes = tile.Terms / termsAtOnce;
        int lanes = tile.Width / columnLanes;
        string brings = $"four terms of {float4s} of the rows of W, {passes} terms of {lanes} columns of S";
        string size = $"{tile.Height} rows x {tile.Width} columns";
        string name = tile.OnTensorCores ? "Convolve" : $"Convolve{tile.Rows.Sum()}x{tile.Columns.Sum()}";
        code.Add($$"""

            /// <summary>{{size}} a group of {{Threads}} threads, {{tile.Own}}.</summary>
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
        Exchange(code, tile);
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
        Sums(code, tile);
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
                    code.Add($"leftTo[{at}] = {tile.Rounded($"w{j}.{RegisterTile.Component(i)}")};");
                }
            }

            To(code, buffer, "right", $"({Begins(buffer, "own")} * {4 * sourceStride}) + lane");
            for (int pass = 0; pass < passes; pass++)
            {
                for (int j = 0; j < lanes; j++)
                {
                    int at = (pass * termsAtOnce * 4 * sourceStride) + (j * columnLanes);
                    code.Add($"rightTo[{at}] = {tile.Rounded($"v{pass}{j}")};");
                }
            }
        }

        void Store()
        {
            if (tile.OnTensorCores)
            {
                StoreOfWarp(code, tile);
                return;
            }

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
    private static void Backward(
        CodeWriter code, string size, int groups, string owner = "conv1d-register", string weights = "4x4") =>
        code.Add($$"""

        /// <summary>The gradient of the weights (BackwardWeight{{weights}}) and of the input (Convolve{{size}}).</summary>
        [LaunchBounds({{Threads}}, {{groups}})]
        [NotOnOpenCl(
            ConvolutionBackwardArgs.WhyNotOnOpenCl, "{{owner}}.backward-weight{{weights}}",
            "{{owner}}.convolve{{size}}")]
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
    private static void Normalized(
        CodeWriter code, string size, int groups, string owner = "conv1d-register") => code.Add($$"""

        /// <summary>Convolve{{size}}, then batch normalisation, ReLU and max-pooling.</summary>
        [LaunchBounds({{Threads}}, {{groups}})]
        [NotOnOpenCl(LaunchPhases.WhyNotOnOpenCl, "{{owner}}.convolve{{size}}", "norm-relu-pool.train")]
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
        int outputStride = (tile.Height / 4) + tile.Padding; // For the terms that neighbours store.
        int inputStride = (tile.Width / 4) + tile.Padding;
        int linesAtOnce = Threads / tile.Terms;
        int rows = tile.Height / linesAtOnce;
        int columns = tile.Width / linesAtOnce;
        string size = $"{tile.Height} filters x {tile.Width} weights";
        string name = tile.OnTensorCores ? "" : $"{tile.Rows.Sum()}x{tile.Columns.Sum()}";
        code.Add($$"""

            /// <summary>{{size}} a group of {{Threads}} threads, {{tile.Own}}.</summary>
            [Rung(Conv1dKernels.WeightLadder, {{(tile.OnTensorCores ? 5 : 3)}})]
            [LaunchBounds({{Threads}}, 4)] // {{65536 / Threads / 4}} registers a thread.
            public static void BackwardWeight{{name}}(WeightGradientArgs a) =>
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
        Exchange(code, tile);
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
        Sums(code, tile);
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
        if (tile.OnTensorCores)
        {
            StoreWeightsOfWarp(code, tile);
        }

        foreach ((int row, int at) in tile.OnTensorCores ? [] : tile.EachRow)
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
                code.Add($"leftTo[{i * linesAtOnce}] = {tile.Rounded($"u{i}")};");
            }

            To(code, buffer, "right", $"({first} * {4 * inputStride}) + line");
            for (int i = 0; i < columns; i++)
            {
                code.Add($"rightTo[{i * linesAtOnce}] = {tile.Rounded($"v{i}")};");
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

    // What a lane hands to the others of its warp where no tensor cores are.
    private static void Exchange(CodeWriter code, Tile tile)
    {
        if (tile.OnTensorCores)
        {
            code.Add($"ArrayView<float> exchange = SharedMemory.Allocate<float>({Threads} * TensorCore.Held);");
        }
    }

    private static void Sums(CodeWriter code, Tile tile)
    {
        if (!tile.OnTensorCores)
        {
            RegisterTile.Sums(code, tile.Rows.Sum(), tile.Columns.Sum());
            return;
        }

        foreach ((int strip, int column) in tile.Products)
        {
            code.Add($"Float4 s{strip}{column} = new(0f, 0f, 0f, 0f);");
        }
    }

    private static void Place(CodeWriter code, Tile tile)
    {
        if (tile.OnTensorCores)
        {
            code.Add($"""
                // Where this lane's elements are: see TensorCore. Warps are 2 along the rows and 2 along the columns.
                int laneRow = (thread >> 2) & 7;
                int laneTerm = thread & 3;
                int ownRow = (((thread >> 5) & 1) * {tile.Height / 2}) + laneRow;
                int ownColumn = ((thread >> 6) * {tile.Width / 2}) + laneRow;
                int m = firstRow + ownRow;
                int pairs = ownColumn - laneRow + (2 * laneTerm);
                """);
            return;
        }

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

    // A product of 16 x 8 elements and 8 terms is one instruction of a warp; its elements are told by TensorCore.
    private static void ProductsOfWarp(CodeWriter code, Tile tile, int leftStride, int rightStride)
    {
        code.Add($$"""
            for (int t = buffer; t < buffer + {{tile.Terms}}; t += 8)
            {
            ArrayView<float> ofLeft = leftFloats.SubView(((t + laneTerm) * {{4 * leftStride}}) + ownRow);
            ArrayView<float> ofRight = rightFloats.SubView(((t + laneTerm) * {{4 * rightStride}}) + ownColumn);
            """);
        for (int column = 0; column < tile.WarpColumns; column++)
        {
            code.Add($"""
                float b{column}0 = ofRight[{8 * column}];
                float b{column}1 = ofRight[{(8 * column) + (16 * rightStride)}];
                """);
        }

        for (int strip = 0; strip < tile.WarpStrips; strip++)
        {
            for (int i = 0; i < 4; i++)
            {
                code.Add($"float a{strip}{i} = ofLeft[{(16 * strip) + (i % 2 * 8) + (i / 2 * 16 * leftStride)}];");
            }
        }

        foreach ((int strip, int column) in tile.Products)
        {
            string ofStrip = string.Join(", ", Enumerable.Range(0, 4).Select(i => $"a{strip}{i}"));
            string s = $"s{strip}{column}";
            code.Add($"{s} = TensorCore.MultiplyAdd(exchange, {s}, {ofStrip}, b{column}0, b{column}1);");
        }

        code.Add("}");
    }

    // Of each product a lane has two neighbours in one row, and two in the row 8 below.
    private static void StoreOfWarp(CodeWriter code, Tile tile)
    {
        for (int column = 0; column < tile.WarpColumns; column++)
        {
            string at = RegisterTile.Plus("firstColumn + pairs", 8 * column);
            code.Add($"var pair{column} = new ConvolutionPair(a, group, {at});");
        }

        for (int row = 0; row < 2 * tile.WarpStrips; row++)
        {
            string m = RegisterTile.Plus("m", 8 * row);
            code.Add($"float bias{row} = a.BiasOf(group, {m}, last);");
            for (int column = 0; column < tile.WarpColumns; column++)
            {
                string s = $"s{row / 2}{column}";
                string sums = row % 2 == 0 ? $"{s}.X, {s}.Y" : $"{s}.Z, {s}.W";
                code.Add($"a.Store({m}, pair{column}, bias{row}, {sums}, first, last);");
            }
        }
    }

    private static void StoreWeightsOfWarp(CodeWriter code, Tile tile)
    {
        foreach ((int strip, int column) in tile.Products)
        {
            for (int i = 0; i < 4; i++)
            {
                string m = RegisterTile.Plus("m", (16 * strip) + (i / 2 * 8));
                string at = RegisterTile.Plus("firstColumn + pairs", (8 * column) + (i % 2));
                code.Add($"a.Store(group, {m}, {at}, part, s{strip}{column}.{RegisterTile.Component(i)});");
            }
        }
    }

    private static void Products(CodeWriter code, Tile tile, int leftStride, int rightStride)
    {
        if (tile.OnTensorCores)
        {
            ProductsOfWarp(code, tile, leftStride, rightStride);
            return;
        }

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

    // What one group computes: rows and columns of a thread's strips, threads along both, terms of a step. On tensor
    // cores it is warps in place of threads.
    private sealed record Tile(
        int RowThreads, int[] Rows, int ColumnThreads, int[] Columns, int Terms, bool OnTensorCores = false)
    {
        // In Float4, behind each term in shared memory: off by one; on tensor cores, where eight rows and four terms
        // are read at once, by eight banks.
        public int Padding => OnTensorCores ? 2 : 1;

        // Products of 16 x 8 elements in a warp.
        public int WarpStrips => Rows.Sum() / 16;

        public int WarpColumns => Columns.Sum() / 8;

        public IEnumerable<(int Strip, int Column)> Products =>
            from strip in Enumerable.Range(0, WarpStrips)
            from column in Enumerable.Range(0, WarpColumns)
            select (strip, column);

        // Half a step: the loop over the two halves must stay.
        public int Unroll => Terms / 2;

        public int Height => RowThreads * Rows.Sum();

        public int Width => ColumnThreads * Columns.Sum();

        public string Own => $"{Rows.Sum()} x {Columns.Sum()} a {(OnTensorCores ? "warp" : "thread")}";

        public string Rounded(string value) => OnTensorCores ? $"TensorCore.Round({value})" : value;

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
