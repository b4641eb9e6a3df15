// A model.onnx that `nativecnn export` wrote, in a program without NativeCnn: ONNX Runtime, the labels from the file's
// own metadata, and the probabilities of one sound.
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace NativeCnn.Tests.Examples;

public static class ExportedModel
{
    /// <param name="file">model.onnx.</param>
    /// <param name="samples">One clip: mono samples from -1 to 1 at the file's sample rate.</param>
    /// <param name="output">Where the probabilities go, a line each.</param>
    public static void Run(string file, float[] samples, TextWriter output)
    {
        using var session = new InferenceSession(file);
        string[] labels = JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["labels"])!;
        using OrtValue waveform = OrtValue.CreateTensorValueFromMemory(samples, [1, samples.Length]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["waveform"], [waveform], ["probabilities"]);
        ReadOnlySpan<float> probabilities = results[0].GetTensorDataAsSpan<float>();
        for (int i = 0; i < labels.Length; i++)
        {
            output.WriteLine($"{labels[i]}: {probabilities[i]:0.000}");
        }
    }
}
