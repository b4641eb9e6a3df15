// A training step as a file of safetensors, which PyTorch opens too:
//   given.NAME   what the step began with: input, targets, each parameter and running statistic, the optimiser's buffers
//   NAME         what it computed, in the order in which it did: see StepExecution
// The metadata `step` is a StepSetting in JSON; `order` is the computed tensors' names, a line each.
using System.Text.Json;
using NativeCnn.Features.Json;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Runs;

namespace NativeCnn.Model.Capsules;

/// <summary>One training step, frozen: all that it began with, and all that it computed.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Setting">What step it was.</param>
/// <param name="Given">What it began with, by name.</param>
/// <param name="Computed">What it computed, in order.</param>
public sealed record StepCapsule(
    StepSetting Setting, IReadOnlyDictionary<string, SafeTensor> Given, IReadOnlyList<StepTensor> Computed)
{
    private const string GivenPrefix = "given.";
    private const string SettingField = "step";
    private const string OrderField = "order";

    /// <summary>Writes the capsule, whole or not at all.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Save(string path)
    {
        Dictionary<string, SafeTensor> tensors = Given.ToDictionary(one => GivenPrefix + one.Key, one => one.Value);
        foreach (StepTensor one in Computed)
        {
            tensors.Add(one.Name, SafeTensor.From<float>(one.Values, one.Shape));
        }

        SafeTensors.Write(path, tensors, new Dictionary<string, string>
        {
            [SettingField] = JsonSerializer.Serialize(Setting, StrictJson.Options),
            [OrderField] = string.Join('\n', Computed.Select(one => one.Name)),
        });
    }

    /// <summary>Reads a capsule.</summary>
    /// <exception cref="SafeTensorsException">The file is damaged or is no capsule.</exception>
    public static StepCapsule Load(string path)
    {
        SafeTensorsFile file = SafeTensors.Read(path);
        if (!file.Metadata.TryGetValue(SettingField, out string? setting) ||
            !file.Metadata.TryGetValue(OrderField, out string? order))
        {
            throw new SafeTensorsException(
                $"'{path}' is no training step: make one by `nativecnn step RUN --capture FILE`");
        }

        try
        {
            return new StepCapsule(
                JsonSerializer.Deserialize<StepSetting>(setting, StrictJson.Options)
                    ?? throw new SafeTensorsException($"'{path}' is damaged: its 'step' is empty"),
                file.Tensors.Where(one => one.Key.StartsWith(GivenPrefix, StringComparison.Ordinal))
                    .ToDictionary(one => one.Key[GivenPrefix.Length..], one => one.Value),
                [.. order.Split('\n').Select(name => StepTensor.Of(name, file[name]))]);
        }
        catch (JsonException error)
        {
            throw new SafeTensorsException($"'{path}' is damaged: its 'step' cannot be read: {error.Message}", error);
        }
    }
}
