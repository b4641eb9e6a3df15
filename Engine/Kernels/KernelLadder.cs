using System.Globalization;
using System.Reflection;

namespace NativeCnn.Engine.Kernels;

/// <summary>The portable kernels that compute the same thing, from the plainest to the fastest.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name">What they compute: <c>matmul</c>, <c>conv1d.forward</c>.</param>
/// <param name="Rungs">The numbers of the rungs there are, ascending.</param>
public sealed record KernelLadder(string Name, IReadOnlyList<int> Rungs)
{
    /// <summary>The ladders of some assemblies, by name: those that a <see cref="RungAttribute"/> names.</summary>
    public static IReadOnlyList<KernelLadder> Of(params IEnumerable<Assembly> assemblies) =>
    [
        .. assemblies
            .SelectMany(KernelCatalog.KernelsOf)
            .Where(kernel => kernel.Ladder is not null)
            .GroupBy(kernel => kernel.Ladder!, kernel => kernel.Rung)
            .Select(ladder => new KernelLadder(ladder.Key, [.. ladder.Distinct().Order()]))
            .OrderBy(ladder => ladder.Name, StringComparer.Ordinal),
    ];

    private static IReadOnlyList<KernelLadder> known = [];

    /// <summary>The ladder of a name, in lower or upper case; null where there is none.</summary>
    public static KernelLadder? Find(string name)
    {
        return Known() ?? Refreshed();

        KernelLadder? Known() => known.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

        // An assembly may have come since.
        KernelLadder? Refreshed()
        {
            known = OfProcess();
            return Known();
        }
    }

    /// <summary>The ladders of the engine and of all that uses it in this process, loaded or about to be.</summary>
    public static IReadOnlyList<KernelLadder> OfProcess()
    {
        Assembly engine = typeof(KernelLadder).Assembly;
        string family = engine.GetName().Name!.Split('.')[0] + '.';
        Dictionary<string, Assembly> found = new(StringComparer.Ordinal) { [engine.FullName!] = engine };
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(one => !one.IsDynamic));
        while (open.TryDequeue(out Assembly? user))
        {
            foreach (AssemblyName name in user.GetReferencedAssemblies().Where(name =>
                name.Name!.StartsWith(family, StringComparison.Ordinal)))
            {
                found.TryAdd(user.FullName!, user);
                if (!found.ContainsKey(name.FullName))
                {
                    Assembly used = Assembly.Load(name);
                    found.Add(name.FullName, used);
                    open.Enqueue(used);
                }
            }
        }

        return Of(found.Values);
    }

    /// <summary><c>matmul 1, 2, 3, 4</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name} {string.Join(", ", Rungs)}");
}
