// proof.safetensors: what a model gave for a few clips, so that another device, another version or an export can show
// that it gives the same. PyTorch and Python open it by the safetensors package. Float32, row-major, N clips:
//   waveform       [N, samples]    at the run's rate, cut or padded to its length
//   features       [N, C, T]       of these waveforms
//   normalized     [N, C, T]       (features - mean) / deviation
//   logits         [N, classes]    of these normalised features
//   probabilities  [N, classes]    softmax of the logits; sigmoid where a clip may have several labels
//   sound          [samples]       one clip before it was brought to the run's rate, where it had another
// The metadata `format` is "nativecnn-proof", `version` "1", `proof` a ProofSetting in JSON.
using System.Globalization;
using System.Text.Json;
using NativeCnn.Engine.Operators;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Audio;
using NativeCnn.Features.Json;
using NativeCnn.Model.Data;
using NativeCnn.Model.Formats;
using NativeCnn.Model.Runs;
using NativeCnn.Model.Training;

namespace NativeCnn.Model.Proofs;

/// <summary>A few clips with all that a model made of them, stage by stage.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record ModelProof
{
    /// <summary>The version of the file's form.</summary>
    public const int Version = 1;

    /// <summary>The file's name in a run folder, and in the folder of an export.</summary>
    public const string FileName = "proof.safetensors";

    private const string Format = "nativecnn-proof";
    private const string FormatField = "format";
    private const string VersionField = "version";
    private const string SettingField = "proof";

    private ModelProof(ProofSetting setting) => Setting = setting;

    /// <summary>What it was made with.</summary>
    public ProofSetting Setting { get; init; }

    /// <summary>Number of clips N.</summary>
    public int Count => Waveform.Shape[0];

    /// <summary>[N, samples], at <see cref="ProofSetting.SampleRate"/>.</summary>
    public required SafeTensor Waveform { get; init; }

    /// <summary>[N, C, T].</summary>
    public required SafeTensor Features { get; init; }

    /// <summary>[N, C, T].</summary>
    public required SafeTensor Normalized { get; init; }

    /// <summary>[N, classes].</summary>
    public required SafeTensor Logits { get; init; }

    /// <summary>[N, classes].</summary>
    public required SafeTensor Probabilities { get; init; }

    /// <summary>
    /// [samples] of one clip at <see cref="ProofSetting.SoundRate"/>, before it was resampled; null where no clip was.
    /// </summary>
    public SafeTensor? Sound { get; init; }

    /// <summary>Makes a proof on the model's device.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clips">At least one clip; see <see cref="ProofClip"/>.</param>
    /// <exception cref="ArgumentException">There is no clip.</exception>
    /// <exception cref="AudioFormatException">A clip's rate cannot be brought to the run's.</exception>
    public static ModelProof Of(TrainedModel model, IReadOnlyList<ProofClip> clips)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clips);
        if (clips.Count == 0)
        {
            throw new ArgumentException("a proof is of one clip at least", nameof(clips));
        }

        var pass = new ClipPass(model);
        var waveform = new Rows();
        var features = new Rows();
        var normalized = new Rows();
        var logits = new Rows();
        var probabilities = new Rows();
        foreach (ProofClip clip in clips)
        {
            pass.Hear(clip.Sound, clip.Name);
            waveform.Add(pass.Waveform);
            features.Add(pass.Features);
            pass.Normalize();
            normalized.Add(pass.Normalized);
            Tensor<float> answer = pass.Run();
            logits.Add(answer);
            probabilities.Add(pass.ProbabilitiesOf(answer), answer.Shape);
        }

        RunConfig config = model.Config;
        (int Clip, float[] Samples)? sound = SoundOf(config, clips, waveform, features, normalized);
        return new ModelProof(new ProofSetting
        {
            Program = config.Version,
            Device = model.Network.Device.Info.Selector,
            Precision = model.Network.Device.Precision,
            SampleRate = config.Features.SampleRate,
            SoundClip = sound?.Clip,
            SoundRate = sound is { } one ? clips[one.Clip].Sound.SampleRate : null,
            Clips = [.. clips.Select(clip => clip.Name)],
            Labels = [.. clips.Select(clip => clip.Label)],
            Classes = config.Labels,
            Weights = HashesOf(model),
        })
        {
            Waveform = waveform.ToTensor(),
            Features = features.ToTensor(),
            Normalized = normalized.ToTensor(),
            Logits = logits.ToTensor(),
            Probabilities = probabilities.ToTensor(),
            Sound = sound is { } raw ? SafeTensor.From<float>(raw.Samples, raw.Samples.Length) : null,
        };
    }

    /// <summary>
    /// The proof of a run: the one in its folder; where that has none of these weights, one of sounds that the program
    /// makes, computed on the model's device.
    /// </summary>
    /// <param name="model">The run's model.</param>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="SafeTensorsException">The folder's proof is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ModelProof Of(TrainedModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        string path = RunFolder.At(folder).ProofPath;
        return File.Exists(path) && Load(path) is { } own && own.IsOf(model)
            ? own
            : Of(model, ProofClips.Made(model.Config));
    }

    /// <summary>Whether a model has the very weights that the proof was made with.</summary>
    /// <param name="model">The model.</param>
    public bool IsOf(TrainedModel model) => ChangedTensors(model).Count == 0;

    /// <summary>The tensors of model.safetensors that are not those of the proof, in their order.</summary>
    internal IReadOnlyList<string> ChangedTensors(TrainedModel model)
    {
        Dictionary<string, string> now = HashesOf(model);
        return
        [
            .. now.Keys.Where(name => Setting.Weights.GetValueOrDefault(name) != now[name]),
            .. Setting.Weights.Keys.Where(name => !now.ContainsKey(name)),
        ];
    }

    /// <summary>Writes proof.safetensors, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileWriteException">It cannot be written.</exception>
    public void Save(string path)
    {
        var tensors = new Dictionary<string, SafeTensor>
        {
            ["waveform"] = Waveform,
            ["features"] = Features,
            ["normalized"] = Normalized,
            ["logits"] = Logits,
            ["probabilities"] = Probabilities,
        };
        if (Sound is not null)
        {
            tensors.Add("sound", Sound);
        }

        SafeTensors.Write(path, tensors, new Dictionary<string, string>
        {
            [FormatField] = Format,
            [VersionField] = Version.ToString(CultureInfo.InvariantCulture),
            [SettingField] = JsonSerializer.Serialize(Setting, StrictJson.Options),
        });
    }

    /// <summary>Reads proof.safetensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsException">It is damaged, no proof, or one of a later version.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ModelProof Load(string path)
    {
        SafeTensorsFile file = SafeTensors.Read(path);
        if (file.Metadata.GetValueOrDefault(FormatField) != Format)
        {
            throw new SafeTensorsException($"'{path}' is no proof: its metadata do not say '{Format}'");
        }

        string? version = file.Metadata.GetValueOrDefault(VersionField);
        if (version != Version.ToString(CultureInfo.InvariantCulture))
        {
            throw new SafeTensorsException(
                $"'{path}' is a proof of version '{version}', and this program reads version {Version}: verify it " +
                "with the program that made it, or train again");
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
        proof.ExpectWhole(path);
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

    /// <summary>Reads a proof; null where there is none that can be read.</summary>
    internal static ModelProof? TryLoad(string path)
    {
        try
        {
            return File.Exists(path) ? Load(path) : null;
        }
        catch (Exception error) when (error is SafeTensorsException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ProofSetting SettingOf(SafeTensorsFile file, string path)
    {
        try
        {
            ProofSetting? setting = JsonSerializer.Deserialize<ProofSetting>(
                file.Metadata.GetValueOrDefault(SettingField) ?? "null", StrictJson.Options);
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

    private void ExpectWhole(string path)
    {
        int[] rows =
        [
            Features.Shape[0], Normalized.Shape[0], Logits.Shape[0], Probabilities.Shape[0], Setting.Clips.Count,
            Setting.Labels.Count,
        ];
        Require(Array.TrueForAll(rows, row => row == Count), "it has not as many of each as of waveforms");
        Require(
            Features.Shape.AsSpan().SequenceEqual(Normalized.Shape), "its features are of two shapes");
        Require(
            Logits.Shape[1] == Setting.Classes.Count && Probabilities.Shape[1] == Setting.Classes.Count,
            $"its logits are not of the {Setting.Classes.Count} classes that it names");
        Require(Setting.SampleRate > 0, $"its rate is {Setting.SampleRate} Hz");
        Require(
            Sound is null || (Setting.SoundRate > 0 && Setting.SoundClip >= 0 && Setting.SoundClip < Count),
            "its sound is of no clip, or of no rate");

        void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new SafeTensorsException($"'{path}' is damaged: {what}");
            }
        }
    }

    /// <summary>The first clip of another rate than the run's, as much as is heard of it, if there is room.</summary>
    private static (int Clip, float[] Samples)? SoundOf(
        RunConfig config, IReadOnlyList<ProofClip> clips, params IEnumerable<Rows> beside)
    {
        int rate = config.Features.SampleRate;
        for (int i = 0; i < clips.Count; i++)
        {
            AudioClip sound = clips[i].Sound;
            if (sound.SampleRate != rate && sound.Samples.Length > 0)
            {
                int heard = Math.Min(
                    sound.Samples.Length, Resample.InputLength(config.ClipSamples, sound.SampleRate, rate));
                long bytes = (heard + beside.Sum(rows => (long)rows.Length)) * sizeof(float);
                return bytes <= ProofClips.MostBytes ? (i, sound.Samples[..heard]) : null;
            }
        }

        return null;
    }

    private static Dictionary<string, string> HashesOf(TrainedModel model) => model.Tensors().ToDictionary(
        one => one.Key, one => ContentHash.Of(one.Value.Bytes.Span).ToString("x32", CultureInfo.InvariantCulture));

    /// <summary>Tensors of single clips, to be one of all.</summary>
    private sealed class Rows
    {
        private readonly List<float[]> rows = [];
        private int[] shape = [];

        public int Length => rows.Sum(row => row.Length);

        public void Add(Tensor<float> row) => Add(row.ToArray(), row.Shape);

        public void Add(float[] row, Shape of)
        {
            rows.Add(row);
            shape = of.ToArray();
        }

        public SafeTensor ToTensor() =>
            SafeTensor.From<float>([.. rows.SelectMany(row => row)], [rows.Count, .. shape[1..]]);
    }
}
