// Types that JSON names: those of a library's assembly, found there, and those that a user registers. Layers and
// optimisers are such types.
using System.Collections.Immutable;

namespace NativeCnn.Model.Formats;

/// <summary>The types that derive from <typeparamref name="T"/>, by the name that each has in JSON.</summary>
/// <typeparam name="T">Their base; those in its assembly are found.</typeparam>
internal sealed class NamedTypes<T>
{
    private readonly Lock registration = new();
    private readonly string kind;
    private readonly Func<Type, string> nameOf;
    private volatile ImmutableSortedDictionary<string, Type> byName;

    /// <summary>Finds the types of the assembly.</summary>
    /// <param name="kind">What messages call such a type, with its article: <c>a layer</c>.</param>
    /// <param name="nameOf">The name of a type; throws where it has none.</param>
    public NamedTypes(string kind, Func<Type, string> nameOf)
    {
        this.kind = kind;
        this.nameOf = nameOf;
        byName = typeof(T).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract)
            .ToImmutableSortedDictionary(nameOf, type => type, StringComparer.Ordinal);
    }

    /// <summary>The types, by name, in alphabetical order.</summary>
    public IReadOnlyDictionary<string, Type> All => byName;

    /// <summary>The names, in alphabetical order.</summary>
    public IReadOnlyCollection<string> Names => [.. byName.Keys];

    /// <summary>Adds a type. Doing it again changes nothing.</summary>
    /// <exception cref="ArgumentException">It cannot be made, or another type has its name.</exception>
    public void Register(Type type)
    {
        string name = nameOf(type);

        // The constraint new() would do the same, but for records with required properties.
        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new ArgumentException(
                $"the {kind.Split(' ')[1]} {type.Name} cannot be read from a file: give it a public constructor " +
                "without parameters");
        }

        lock (registration)
        {
            if (byName.TryGetValue(name, out Type? there) && there != type)
            {
                throw new ArgumentException(
                    $"{kind} of type '{name}' is there already ({there.Name}): give {type.Name} another name");
            }

            byName = byName.SetItem(name, type);
        }
    }
}
