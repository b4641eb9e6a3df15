using System.Text.Json.Serialization;
using NativeCnn.Engine.Devices;

namespace NativeCnn.Model.Proofs;

/// <summary>What a proof was made with.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ProofSetting
{
    /// <summary>Version of the program that made it.</summary>
    public required string Program { get; init; }

    /// <summary>The device that computed it, such as <c>cpu</c>.</summary>
    public required string Device { get; init; }

    /// <summary>With how many digits that device multiplied matrices.</summary>
    public FloatPrecision Precision { get; init; }

    /// <summary>Samples a second of the waveforms.</summary>
    public required int SampleRate { get; init; }

    /// <summary>The clip of which the sound before resampling is there; null for none.</summary>
    public int? SoundClip { get; init; }

    /// <summary>Samples a second of that sound.</summary>
    public int? SoundRate { get; init; }

    /// <summary>The names of the clips.</summary>
    public required IReadOnlyList<string> Clips { get; init; }

    /// <summary>The class that each clip is of; empty for a made one.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The classes, in the order of the logits.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>XxHash128 of the bytes of each tensor of model.safetensors, in hex, by the tensor's name.</summary>
    public required IReadOnlyDictionary<string, string> Weights { get; init; }

    /// <summary>The format of the export in whose folder it lies; null for a run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Export { get; init; }

    /// <summary>The files of that export that a program computes with, by their names; null for a run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ProofFile>? Files { get; init; }

    /// <summary>
    /// Labels, features and network of the run that was exported, as config.json has them, without its data and its
    /// training; null for a run.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Config { get; init; }

    /// <summary>Whether logits and probabilities are those of a network in whole numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WholeNumbers { get; init; }
}
