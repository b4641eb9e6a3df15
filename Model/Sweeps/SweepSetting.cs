using System.Text.Json;

namespace NativeCnn.Model.Sweeps;

/// <summary>An option of <c>train</c>, or a field of a recipe by its path, with a value.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Name"><c>learning-rate</c>, or <c>training.optimizer.weight_decay</c>.</param>
/// <param name="Value">A text, a number, true or false.</param>
public sealed record SweepSetting(string Name, JsonElement Value)
{
    /// <summary>Whether it is a field of a recipe.</summary>
    public bool IsOfRecipe => Name.Contains('.', StringComparison.Ordinal);

    /// <summary>The value as an option takes it.</summary>
    public string Text => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : Value.GetRawText();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Text}";
}
