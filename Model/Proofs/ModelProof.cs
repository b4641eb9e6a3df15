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

    internal const string Format = "nativecnn-proof";
    internal const string FormatField = "format";
    internal const string VersionField = "version";
    internal const string SettingField = "proof";

    internal ModelProof(ProofSetting setting) => Setting = setting;

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
        var waveform = new ProofRows();
        var features = new ProofRows();
        var normalized = new ProofRows();
        var logits = new ProofRows();
        var probabilities = new ProofRows();
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
    public static ModelProof Load(string path) => ProofReader.Load(path);

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

    /// <summary>The first clip of another rate than the run's, as much as is heard of it, if there is room.</summary>
    private static (int Clip, float[] Samples)? SoundOf(
        RunConfig config, IReadOnlyList<ProofClip> clips, params IEnumerable<ProofRows> beside)
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
}
