// The recipes that have a name: files that ship with the program, and the networks' presets. Help, errors and the
// README's list are printed from here.
using System.Collections.Immutable;
using System.Reflection;
using NativeCnn.Engine.Messages;
using NativeCnn.Model.Presets;

namespace NativeCnn.Model.Recipes;

/// <summary>The recipes by name, and those that files hold.</summary>
public static class RecipeBook
{
    private const string Folder = "recipes/";
    private const string Extension = ".toml";

    private static readonly Lazy<ImmutableSortedDictionary<string, string>> Files = new(() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(
                name => name[Folder.Length..^Extension.Length], Text, StringComparer.Ordinal));

    /// <summary>The names: files first, then networks.</summary>
    public static IEnumerable<string> Names => Files.Value.Keys.Concat(NetworkPresets.Names);

    /// <summary>The recipe of a name; null where there is none.</summary>
    public static Recipe? Find(string name) =>
        Files.Value.TryGetValue(name, out string? toml) ? Recipe.Parse(toml, $"the recipe '{name}'")
        : NetworkPresets.Find(name) is { } preset ? Recipe.Of(preset)
        : null;

    /// <summary>The recipe of a name or a file.</summary>
    /// <param name="nameOrFile">One of <see cref="Names"/>, or a TOML file.</param>
    /// <exception cref="RecipeException">There is no such recipe, or the file holds none.</exception>
    public static Recipe Resolve(string nameOrFile)
    {
        ArgumentNullException.ThrowIfNull(nameOrFile);
        return Find(nameOrFile) ?? (nameOrFile.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
            ? Recipe.Load(nameOrFile)
            : throw new RecipeException(
                $"there is no recipe '{nameOrFile}'{Suggestion.Before(nameOrFile, Names)} use " +
                $"{string.Join(", ", Names)}, or a FILE.toml"));
    }

    /// <summary>The text of a recipe that ships, with its comments; null for networks' presets and other names.</summary>
    public static string? TextOf(string name) => Files.Value.GetValueOrDefault(name);

    private static string Text(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
