// Where a job sets fields of a recipe by their paths, it has a recipe of its own: the one that it names, with these
// fields changed. Options come on top of it, as they do in `train`.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NativeCnn.Model.Presets;
using NativeCnn.Model.Recipes;

namespace NativeCnn.Model.Sweeps;

/// <summary>The recipe of a job.</summary>
public static partial class RecipeOfJob
{
    /// <summary>The recipe that a job's settings come to; null where none of them is a field of a recipe.</summary>
    /// <param name="settings">All settings of the job.</param>
    /// <exception cref="RecipeException">There is no such field, or it does not take the value.</exception>
    public static Recipe? Of(IReadOnlyList<SweepSetting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        SweepSetting[] fields = [.. settings.Where(setting => setting.IsOfRecipe)];
        if (fields.Length == 0)
        {
            return null;
        }

        if (settings.Any(setting => setting.Name == "like"))
        {
            throw new RecipeException("fields of a recipe cannot be set beside 'like': name a recipe instead");
        }

        string name = NameOf(settings);
        JsonObject json = RecipeBook.Resolve(name).ToJson();
        foreach (SweepSetting field in fields)
        {
            Set(json, field);
        }

        return Recipe.Parse(TomlText.Write(json), $"the recipe '{name}' with {string.Join(", ", (object[])fields)}");
    }

    /// <summary>The recipe that settings name: by themselves, or as the network that brings one.</summary>
    public static string NameOf(IReadOnlyList<SweepSetting> settings) =>
        (settings.FirstOrDefault(setting => setting.Name == "recipe") ??
            settings.FirstOrDefault(setting => setting.Name == "model"))?.Text ?? NetworkPresets.DefaultName;

    private static void Set(JsonObject recipe, SweepSetting field)
    {
        JsonNode at = recipe;
        string[] path = field.Name.Split('.');
        for (int i = 0; i < path.Length; i++)
        {
            Match part = Part().Match(path[i]);
            string key = part.Groups[1].Value;
            bool isLast = i == path.Length - 1;
            if (!part.Success || at is not JsonObject table)
            {
                throw new RecipeException(
                    $"there is no field '{field.Name}' in a recipe: '{path[i]}' is no name there");
            }

            if (part.Groups[2].Success)
            {
                int place = int.Parse(part.Groups[2].Value, CultureInfo.InvariantCulture);
                if (table[key] is not JsonArray list || place >= list.Count || isLast)
                {
                    throw new RecipeException($"there is no '{path[i]}' in the recipe to set '{field.Name}' in");
                }

                at = list[place]!;
            }
            else if (isLast)
            {
                table[key] = JsonNode.Parse(field.Value.GetRawText());
            }
            else
            {
                at = table[key] ??= new JsonObject();
            }
        }
    }

    [GeneratedRegex(@"^([A-Za-z0-9_]+)(?:\[([0-9]{1,4})\])?$")]
    private static partial Regex Part();
}
