// proof.safetensors read back: damaged ones, and those of another version, are refused.
using System.Globalization;
using System.Text.Json;
using NativeCnn.Features.Json;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Proofs;

/// <summary>Reads proofs.</summary>
internal static class ProofReader
{
    /// <summary>Reads proof.safetensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsException">It is damaged, no proof, or one of a later version.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ModelProof Load(string path)
    {
        SafeTensorsFile file = SafeTensors.Read(path);
        if (file.Metadata.GetValueOrDefault(ModelProof.FormatField) != ModelProof.Format)
        {
            throw new SafeTensorsException($"'{path}' is no proof: its metadata do not say '{ModelProof.Format}'");
        }

        string? version = file.Metadata.GetValueOrDefault(ModelProof.VersionField);
        if (version != ModelProof.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw new SafeTensorsException(
                $"'{path}' is a proof of version '{version}', and this program reads version {ModelProof.Version}: " +
                "verify it with the program that made it, or train again");
        }

        var proof = new ModelProof(SettingOf(file, path))
        {
            Waveform = Find("waveform", rank: 2),
            Features = Find("features", rank: 3),
            Normalized = Find("normalized", rank: 3),
            Logits = Find("logits", rank: 2),
            Probabilities = Find("probabilities", rank: 2),
            Sound = file.Tensors.ContainsKey("sound") ? Find("sound", rank: 1) : null,
        };
        ExpectWhole(proof, path);
        return proof;

        SafeTensor Find(string name, int rank)
        {
            SafeTensor tensor = file[name];
            return tensor.Type == SafeTensorType.F32 && tensor.Shape.Length == rank && tensor.Count > 0 &&
                Divergence.AreFinite(tensor.AsFloat32())
                ? tensor
                : throw new SafeTensorsException(
                    $"'{path}' is damaged: its '{name}' is {tensor}, where finite F32 of rank {rank} were expected");
        }
    }

    private static ProofSetting SettingOf(SafeTensorsFile file, string path)
    {
        try
        {
            ProofSetting? setting = JsonSerializer.Deserialize<ProofSetting>(
                file.Metadata.GetValueOrDefault(ModelProof.SettingField) ?? "null", StrictJson.Options);
            return setting is { Clips: not null, Labels: not null, Classes: not null, Weights: not null }
                ? setting
                : throw new SafeTensorsException($"'{path}' is damaged: what it was made with is not all there");
        }
        catch (JsonException error)
        {
            throw new SafeTensorsException(
                $"'{path}' is damaged: what it was made with cannot be read: {error.Message}", error);
        }
    }

    private static void ExpectWhole(ModelProof proof, string path)
    {
        ProofSetting setting = proof.Setting;
        int[] rows =
        [
            proof.Features.Shape[0], proof.Normalized.Shape[0], proof.Logits.Shape[0], proof.Probabilities.Shape[0],
            setting.Clips.Count, setting.Labels.Count,
        ];
        Require(Array.TrueForAll(rows, row => row == proof.Count), "it has not as many of each as of waveforms");
        Require(
            proof.Features.Shape.AsSpan().SequenceEqual(proof.Normalized.Shape), "its features are of two shapes");
        Require(
            proof.Logits.Shape[1] == setting.Classes.Count &&
            proof.Probabilities.Shape[1] == setting.Classes.Count,
            $"its logits are not of the {setting.Classes.Count} classes that it names");
        Require(setting.SampleRate > 0, $"its rate is {setting.SampleRate} Hz");
        Require(
            proof.Sound is null ||
            (setting.SoundRate > 0 && setting.SoundClip >= 0 && setting.SoundClip < proof.Count),
            "its sound is of no clip, or of no rate");

        void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new SafeTensorsException($"'{path}' is damaged: {what}");
            }
        }
    }
}
