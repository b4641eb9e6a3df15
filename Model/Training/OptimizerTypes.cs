// The optimisers that --optimizer and run folders know by name, found in the library and registered from outside:
// help, errors and the README's list are printed from here. Their settings are the properties of their records, by the
// names that these have in JSON.
using System.Globalization;
using System.Reflection;
using NativeCnn.Engine.Messages;
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features.Json;
using NativeCnn.Model.Formats;

namespace NativeCnn.Model.Training;

/// <summary>
/// The optimisers that have a name: those of <see cref="Engine.Optimizers"/>, and those that
/// <see cref="Register{T}"/> adds.
/// </summary>
public static class OptimizerTypes
{
    /// <summary>The types by name; also reads them from JSON.</summary>
    internal static readonly NamedTypes<OptimizerOptions> Types = new("an optimiser", "adam", NameOf);

    /// <summary>The names, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => Types.Names;

    /// <summary>The optimisers' options, by name.</summary>
    public static IReadOnlyDictionary<string, Type> All => Types.All;

    /// <summary>Adds an optimiser of one's own. Doing it again changes nothing.</summary>
    /// <typeparam name="T">A record with an <see cref="OptimizerTypeAttribute"/> and a constructor without
    /// parameters.</typeparam>
    /// <exception cref="ArgumentException">
    /// The attribute or the constructor is missing, or another optimiser has the name.
    /// </exception>
    public static void Register<T>() where T : OptimizerOptions => Types.Register(typeof(T));

    /// <summary>What the attribute of an optimiser's options says.</summary>
    /// <exception cref="ArgumentException">They have none.</exception>
    public static OptimizerTypeAttribute InfoOf(Type optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return optimizer.GetCustomAttribute<OptimizerTypeAttribute>() ?? throw new ArgumentException(
            $"the optimiser {optimizer.Name} has no name for run folders: put " +
            "[OptimizerType(\"its_name\", \"what it is\")] on it");
    }

    /// <summary>The name of an optimiser's options.</summary>
    /// <exception cref="ArgumentException">They have none.</exception>
    public static string NameOf(Type optimizer) => InfoOf(optimizer).Type;

    /// <summary>The same, null where they have none.</summary>
    internal static string? NameOrNull(Type optimizer) =>
        optimizer.GetCustomAttribute<OptimizerTypeAttribute>()?.Type;

    /// <summary>The optimiser of a name with its usual settings.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists all.</exception>
    public static OptimizerOptions Usual(string name) => (OptimizerOptions)Activator.CreateInstance(Find(name))!;

    /// <summary>
    /// Another optimiser in the place of one: with its usual settings, but for those that the other one has by the same
    /// name and that were chosen there, such as the weight decay.
    /// </summary>
    /// <param name="before">The optimiser that was chosen before.</param>
    /// <param name="name">The name of the other one.</param>
    /// <exception cref="ArgumentException">There is none of the name; the message lists all.</exception>
    public static OptimizerOptions Instead(OptimizerOptions before, string name)
    {
        ArgumentNullException.ThrowIfNull(before);
        OptimizerOptions usual = Usual(NameOf(before.GetType()));
        OptimizerOptions other = Usual(name);
        foreach ((string setting, PropertyInfo property) in JsonRecord.FieldsOf(before.GetType()))
        {
            object? value = property.GetValue(before);
            if (!Equals(value, property.GetValue(usual)) && Has(other.GetType(), setting))
            {
                other = With(other, setting, value);
            }
        }

        return other;
    }

    /// <summary>A setting of an optimiser, null where it has none of the name.</summary>
    /// <param name="options">The optimiser.</param>
    /// <param name="setting">The setting's name in JSON, such as <c>weight_decay</c>.</param>
    public static object? SettingOf(OptimizerOptions options, string setting)
    {
        ArgumentNullException.ThrowIfNull(options);
        return PropertyOf(options.GetType(), setting)?.GetValue(options);
    }

    /// <summary>An optimiser with one setting changed.</summary>
    /// <param name="options">The optimiser.</param>
    /// <param name="setting">The setting's name in JSON, such as <c>weight_decay</c>.</param>
    /// <param name="value">Its value, which is converted to the setting's type.</param>
    /// <exception cref="ArgumentException">
    /// The optimiser has no such setting; the message says which optimisers have.
    /// </exception>
    public static OptimizerOptions With(OptimizerOptions options, string setting, object? value)
    {
        ArgumentNullException.ThrowIfNull(options);
        Type type = options.GetType();
        PropertyInfo property = PropertyOf(type, setting) ?? throw NoSetting(type, setting);
        var changed = (OptimizerOptions)Activator.CreateInstance(type)!;
        foreach ((string _, PropertyInfo one) in JsonRecord.FieldsOf(type))
        {
            one.SetValue(changed, one.GetValue(options));
        }

        property.SetValue(changed, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        return changed;
    }

    /// <summary>The names of the optimisers that have a setting.</summary>
    /// <param name="setting">The setting's name in JSON.</param>
    public static IEnumerable<string> Having(string setting) =>
        All.Where(one => Has(one.Value, setting)).Select(one => one.Key);

    /// <summary>The options of a name.</summary>
    /// <exception cref="ArgumentException">There are none; the message lists all.</exception>
    internal static Type Find(string name) => All.TryGetValue(name, out Type? found)
        ? found
        : throw new ArgumentException(
            $"there is no optimiser '{name}'{Suggestion.Before(name, Names)} the optimisers are " +
            string.Join(", ", Names));

    private static ArgumentException NoSetting(Type type, string setting)
    {
        string[] having = [.. Having(setting)];
        string way = having.Length > 0
            ? $"it is a setting of {string.Join(" and ", having)}"
            : $"its settings are {string.Join(", ", JsonRecord.FieldsOf(type).Select(field => field.Name))}";
        return new ArgumentException($"the optimiser {NameOf(type)} has no {setting.Replace('_', ' ')}; {way}");
    }

    private static bool Has(Type type, string setting) => PropertyOf(type, setting) is not null;

    private static PropertyInfo? PropertyOf(Type type, string setting) =>
        JsonRecord.FieldsOf(type).FirstOrDefault(field => field.Name == setting).Property;
}
