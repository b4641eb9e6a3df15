// Types that JSON names: those of a library's assembly, found there, and those that a user registers. Layers and
// optimisers are such types.
using System.Collections.Immutable;
using NativeCnn.Features.Json;

namespace NativeCnn.Model.Formats;

/// <summary>The types that derive from <typeparamref name="T"/>, by the name that each has in JSON.</summary>
/// <typeparam name="T">Their base; those in its assembly are found.</typeparam>
internal sealed class NamedTypes<T>
{
    private readonly Lock registration = new();
    private readonly string kind;
    private readonly string usual;
    private readonly Func<Type, string> nameOf;
    private volatile ImmutableSortedDictionary<string, Type> byName;

    /// <summary>Finds the types of the assembly.</summary>
    /// <param name="kind">What messages call such a type, with its article: <c>a layer</c>.</param>
    /// <param name="usual">A name that messages show how to write: it stands without other fields.</param>
    /// <param name="nameOf">The name of a type; throws where it has none.</param>
    public NamedTypes(string kind, string usual, Func<Type, string> nameOf)
    {
        this.kind = kind;
        this.usual = usual;
        this.nameOf = nameOf;
        byName = typeof(T).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract)
            .ToImmutableSortedDictionary(nameOf, type => type, StringComparer.Ordinal);
    }

    /// <summary>The types, by name, in alphabetical order.</summary>
    public IReadOnlyDictionary<string, Type> All => byName;

    /// <summary>The names, in alphabetical order.</summary>
    public IReadOnlyCollection<string> Names => [.. byName.Keys];

    /// <summary>Reads an object whose field <c>type</c> names its type.</summary>
    /// <exception cref="JsonTextException">There is no such type, or the fields are not its own.</exception>
    public T Read(JsonPlace place)
    {
        OrderedDictionary<string, JsonPlace> fields =
            place.Fields($$"""{{kind}}, an object such as {"{{JsonRecord.TypeField}}": "{{usual}}"}""");
        return fields.Remove(JsonRecord.TypeField, out JsonPlace type)
            ? Read(place, ReadName(type), fields)
            : throw place.Error(
                $"{place.Name} lacks the field '{JsonRecord.TypeField}': it must give one of " +
                string.Join(", ", Names));
    }

    /// <summary>Reads fields into the type of a name.</summary>
    /// <param name="place">The object.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="fields">The fields without the type.</param>
    /// <exception cref="JsonTextException">The fields are not those of the type.</exception>
    public T Read(JsonPlace place, string name, OrderedDictionary<string, JsonPlace> fields) =>
        (T)JsonRecord.Read(place, All[name], fields, name);

    /// <summary>Reads the name of a type.</summary>
    /// <exception cref="JsonTextException">There is no such type; the message lists all.</exception>
    public string ReadName(JsonPlace place)
    {
        string[] names = [.. Names];
        return (string)(JsonForm.OneOf(names, name => All.ContainsKey(name) ? name : null).Read(place) ??
            throw place.MustBe($"one of {string.Join(", ", names)}", names));
    }

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
