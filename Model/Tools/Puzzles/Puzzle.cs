// A puzzle: a kernel with one fault, in a C# file of its own (Files/), to be mended. What it is checked by stands in
// PuzzleCatalog.cs.
using NativeCnn.Engine.Tensors;
using NativeCnn.Model.Layers;
using NativeCnn.Model.Networks.Planning;

namespace NativeCnn.Tools.Puzzles;

/// <summary>A broken derivative or kernel, and hints.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record Puzzle
{
    /// <summary>Its number, counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>A word for it.</summary>
    public required string Name { get; init; }

    /// <summary>What is broken, in a sentence that does not give it away.</summary>
    public required string Task { get; init; }

    /// <summary>Hints, each saying more than the one before.</summary>
    public required IReadOnlyList<string> Hints { get; init; }

    /// <summary>The file that is to be mended.</summary>
    public string FileName => $"{Number}-{Name}.cs";

    /// <summary>The layer whose gradient the kernel computes a part of.</summary>
    public required Layer Right { get; init; }

    /// <summary>The input of one clip.</summary>
    public required Shape Input { get; init; }

    /// <summary>True where the layer takes flat inputs.</summary>
    public bool IsFlat { get; init; }

    /// <summary>Clips of the mini-batch.</summary>
    public int BatchSize { get; init; } = 2;

    /// <summary>
    /// Launches the kernel in place of the layer's own backward pass, or of a part of it. The stage is the layer's.
    /// </summary>
    internal Action<PuzzleKernels, StagePlan, Stage> Backward { get; init; } = static (_, _, right) => right.Backward();

    /// <summary>True where the kernel shall read and write no more sectors of memory than its bytes need.</summary>
    public bool CountsSectors { get; init; }

    /// <summary>The file as it is given out.</summary>
    public string Source
    {
        get
        {
            using Stream file = typeof(Puzzle).Assembly.GetManifestResourceStream($"puzzles/{FileName}")!;
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
    }
}
