// How SPEC.toml is read: names and values are those of `train`'s options, or paths into a recipe, and each is checked
// where it stands, so that an error says its line.
using System.Text.Json;
using NativeCnn.Engine.Messages;
using NativeCnn.Features.Json;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Sweeps;

/// <summary>What may stand in a sweep.</summary>
/// <param name="names">What may be set.</param>
internal sealed class SweepForms(SweepNames names)
{
    private static readonly (string Name, RangeKind Kind)[] Ranges =
    [
        ("uniform", RangeKind.Uniform), ("log_uniform", RangeKind.LogUniform), ("integer", RangeKind.Integer),
        ("choice", RangeKind.Choice),
    ];

    /// <summary>The forms.</summary>
    public JsonForms All => TrainingForms.All
        .With(typeof(SweepSpec), new JsonForm("a table", ReadSpec))
        .With(typeof(IReadOnlyList<SweepSetting>), new JsonForm("a table of options", ReadBase))
        .With(typeof(IReadOnlyList<ValueList>), new JsonForm("a table of lists", ReadGrid))
        .With(typeof(IReadOnlyList<ValueRange>), new JsonForm("a table of ranges", ReadRanges))
        .With(typeof(IReadOnlyList<int>), new JsonForm(
            "a list of whole numbers", place => place.Items()?.Select(item => item.Read<int>()).ToArray()));

    private SweepSpec ReadSpec(JsonPlace place)
    {
        OrderedDictionary<string, JsonPlace> tables = place.Fields();
        var spec = (SweepSpec)JsonRecord.Read(place, typeof(SweepSpec), tables);
        JsonPlace? searched = tables.TryGetValue("grid", out JsonPlace grid) ? grid
            : tables.TryGetValue("random", out JsonPlace random) && random.Fields().TryGetValue("ranges", out random)
                ? random
                : null;
        foreach ((string name, JsonPlace field) in searched?.Fields() ?? [])
        {
            string option = NameOf(name);
            if (spec.Base.Any(setting => setting.Name == option))
            {
                throw field.Error($"'{name}' is in [base] too: a setting has one value or is searched");
            }

            if (option == "epochs" && spec.Halving is not null)
            {
                throw field.Error("'epochs' is what [halving] sets, by its rungs: leave it out");
            }
        }

        CheckPaths(spec, tables);
        return spec;
    }

    /// <summary>Tries each field of a recipe in the recipe that all jobs share.</summary>
    private static void CheckPaths(SweepSpec spec, OrderedDictionary<string, JsonPlace> tables)
    {
        foreach ((SweepSetting setting, JsonPlace place) in Paths(spec, tables).Where(one => one.Setting.IsOfRecipe))
        {
            try
            {
                _ = RecipeOfJob.Of([.. spec.Base.Where(one => !one.IsOfRecipe), setting]);
            }
            catch (RecipeException error)
            {
                throw place.Error(error.Message, error);
            }
        }
    }

    private static IEnumerable<(SweepSetting Setting, JsonPlace Place)> Paths(
        SweepSpec spec, OrderedDictionary<string, JsonPlace> tables)
    {
        return spec.Base.Select(setting => (setting, Of(tables["base"], setting)))
            .Concat((spec.Grid ?? []).SelectMany(list => list.Values).Select(
                value => (value, Of(tables["grid"], value))))
            .Concat((spec.Random?.Ranges ?? []).SelectMany(range => range.Ends).Select(
                value => (value, Of(tables["random"].Fields()["ranges"], value))));

        static JsonPlace Of(JsonPlace table, SweepSetting setting) =>
            table.Fields().First(field => NameOf(field.Key) == setting.Name).Value;
    }

    private SweepSetting[] ReadBase(JsonPlace place) =>
        [.. place.Fields("a table of options").Select(field => Setting(field.Key, field.Value))];

    private ValueList[] ReadGrid(JsonPlace place)
    {
        return [.. place.Fields("a table of lists").Select(field => new ValueList(NameOf(field.Key), Values(field)))];

        IReadOnlyList<SweepSetting> Values(KeyValuePair<string, JsonPlace> field)
        {
            JsonPlace[] items = field.Value.Items() ?? throw field.Value.MustBe("a list of values");
            if (items.Length == 0)
            {
                throw field.Value.Error($"{field.Value.Name} is an empty list: give one value at least");
            }

            return [.. items.Select(item => Setting(field.Key, item))];
        }
    }

    private ValueRange[] ReadRanges(JsonPlace place) =>
        [.. place.Fields("a table of ranges").Select(field => ReadRange(field.Key, field.Value))];

    private ValueRange ReadRange(string name, JsonPlace place)
    {
        string[] kinds = [.. Ranges.Select(one => one.Name)];
        const string allowed = "a range, such as { log_uniform = [0.0001, 0.01] }";
        OrderedDictionary<string, JsonPlace> fields = place.Fields(allowed);
        if (fields.Count != 1)
        {
            throw place.MustBe(allowed);
        }

        (string written, JsonPlace values) = (fields.GetAt(0).Key, fields.GetAt(0).Value);
        if (!kinds.Contains(written))
        {
            throw values.Error(
                $"{place.Name} has no range '{written}'{Suggestion.Before(written, kinds)} give one of " +
                string.Join(", ", kinds));
        }

        RangeKind kind = Ranges.First(one => one.Name == written).Kind;
        JsonPlace[] items = values.Items() ?? throw values.MustBe("a list");
        SweepSetting[] ends = [.. items.Select(item => Setting(name, item))];
        if (kind == RangeKind.Choice)
        {
            return ends.Length > 0 ? new ValueRange(NameOf(name), kind, ends)
                : throw values.Error($"{values.Name} is an empty list: give one value at least");
        }

        bool isRange = ends.Length == 2 && ends.All(end => end.Value.ValueKind == JsonValueKind.Number) &&
            ends[0].Value.GetDouble() < ends[1].Value.GetDouble();
        if (!isRange)
        {
            throw values.MustBe("the lowest and the highest number");
        }

        if (kind == RangeKind.LogUniform && ends[0].Value.GetDouble() <= 0)
        {
            throw values.MustBe("two numbers above 0: below, there is no logarithm");
        }

        if (kind == RangeKind.Integer && !ends.All(end => end.Value.TryGetInt32(out _)))
        {
            throw values.MustBe("two whole numbers");
        }

        return new ValueRange(NameOf(name), kind, ends);
    }

    /// <summary>A setting whose name and value there are.</summary>
    private SweepSetting Setting(string written, JsonPlace place)
    {
        string name = NameOf(written);
        if (place.Element.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True
            or JsonValueKind.False) && !name.Contains('.', StringComparison.Ordinal))
        {
            throw place.MustBe("a text, a number, true or false");
        }

        // The document ends with the reading.
        var setting = new SweepSetting(name, place.Element.Clone());
        if (setting.IsOfRecipe)
        {
            return setting;
        }

        if (names.Refused.TryGetValue(name, out string? why))
        {
            throw place.Error($"'{written}' is no setting of a sweep: {why}");
        }

        if (!names.Options.Contains(name))
        {
            // As it was written: with underscores, or as the command line has it.
            char joint = written.Contains('-', StringComparison.Ordinal) ? '-' : '_';
            IEnumerable<string> known = names.Options.Select(one => one.Replace('-', joint));
            throw place.Error(
                $"`nativecnn train` has no option '{written}'{Suggestion.Before(written, known)} give the name " +
                "of an option, without its dashes, or of a recipe's field by its path, such as " +
                "\"training.optimizer.weight_decay\"");
        }

        return names.Complaint(setting) is { } complaint ? throw place.Error(complaint) : setting;
    }

    /// <summary>Options have hyphens, fields of TOML underscores: both are understood.</summary>
    private static string NameOf(string written) =>
        written.Contains('.', StringComparison.Ordinal) ? written : written.Replace('_', '-');
}
