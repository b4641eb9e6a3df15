using NativeCnn.Model.Exports;

namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>The modules of a network by their attributes, block in block, in the order that they came in.</summary>
internal sealed class ModuleTree
{
    private readonly List<string> order = [];
    private readonly Dictionary<string, (ModuleTree? Block, string? Module)> parts = [];

    /// <summary>Adds a module.</summary>
    /// <param name="path">The attributes that lead to it.</param>
    /// <param name="module">The expression that makes it.</param>
    /// <exception cref="ExportException">Another has that name.</exception>
    public void Add(IReadOnlyList<string> path, string module) => Add(path, 0, module);

    /// <summary>The lines that make them, each an attribute of <c>self</c>.</summary>
    public IEnumerable<string> Lines(string indent) => order.SelectMany(
        name => LinesOf(name, indent, $"self.{name} = ", ""));

    private void Add(IReadOnlyList<string> path, int depth, string module)
    {
        string name = path[depth];
        bool isLast = depth == path.Count - 1;
        if (!parts.TryGetValue(name, out (ModuleTree? Block, string? Module) there))
        {
            order.Add(name);
            there = isLast ? (null, module) : (new ModuleTree(), null);
            parts.Add(name, there);
        }
        else if (isLast || there.Block is null)
        {
            throw new ExportException(
                $"two layers are called '{string.Join('.', path.Take(depth + 1))}' in PyTorch: give one of them " +
                "another name");
        }

        if (!isLast)
        {
            there.Block!.Add(path, depth + 1, module);
        }
    }

    private IEnumerable<string> LinesOf(string name, string indent, string before, string after)
    {
        (ModuleTree? block, string? module) = parts[name];
        if (block is null)
        {
            yield return $"{indent}{before}{module}{after}";
            yield break;
        }

        yield return $"{indent}{before}Block(";
        foreach (string line in block.order.SelectMany(one => block.LinesOf(one, $"{indent}    ", $"{one}=", ",")))
        {
            yield return line;
        }

        yield return $"{indent}){after}";
    }
}
